/** Path that a template reads, together with the message field that uses the path. */
export interface PlacedRead {
  /**
   * Field of the message whose value depends on the path in `read`. Null if the whole message depends on the path in
   * `read`.
   */
  readonly messagePath: string | null;
  readonly read: string;
}
