/** Store whose bytes the test searches. */
export interface Haystack {
  /** Name of the store in the report. */
  readonly store: string;
  /** Round whose values the store must not contain. Null if the store contains data of all rounds. */
  readonly round: number | null;
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}
