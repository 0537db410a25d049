/** HTTP response of the hub. */
export interface HubAnswer {
  readonly status: number;
  readonly text: string;
  /** Parsed JSON body. Null if the body is not valid JSON. */
  readonly body: unknown;
}
