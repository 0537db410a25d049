/** An answer as it came. */
export interface HubAnswer {
  readonly status: number;
  readonly text: string;
  /** Parsed; null where the body is no JSON. */
  readonly body: unknown;
}
