import type { SeriesPoint, SeriesQuery } from './series.js';

/** Counts of events and deliveries by minute and hour, from a roll-up. */
export interface SeriesStore {
  /** Reads the steps of a range that have counts, in the order of time. */
  points(query: SeriesQuery): Promise<readonly SeriesPoint[]>;
  /**
   * Returns the end of the newest counted period, in milliseconds since the epoch. Null before the first count. Older
   * minutes may still be counted, because the newest are counted first.
   */
  countedUntil(): Promise<number | null>;
  /**
   * Counts a bounded number of minutes that are due, newest first, and the hours that contain them. Idempotent. Does
   * nothing while another process counts.
   */
  count(): Promise<void>;
}
