/** A store whose bytes are searched. */
export interface Haystack {
  /** Name in the report. */
  readonly store: string;
  /** Round whose values must not be found. Null if the store contains all rounds. */
  readonly round: number | null;
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}
