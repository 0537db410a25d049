/** Bytes that are searched whole. */
export interface Haystack {
  /** As the report names it. */
  readonly store: string;
  /** The round whose values are at stake; null where one store holds all rounds. */
  readonly round: number | null;
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}
