import type { DayComparison, StoredCounts } from './day-counts.js';
import type { RegisteredSource } from './registration-store.port.js';

/** Stored comparison of one day. */
export interface RecordedDay extends DayComparison {
  /** Time of the comparison, in milliseconds since the epoch. */
  readonly comparedAt: number;
}

/** Missing events of a brand, as of the last comparison of each day. */
export interface BrandGap {
  readonly brand: string;
  readonly missing: number;
}

/** Comparisons of stored events with Capillary's counts. */
export interface ReconciliationStore {
  /**
   * Runs work if no other process runs it. Does nothing otherwise.
   * @param work gets a function that renews the right to run alone. Call it before each brand; it rejects if another
   *   process runs the work
   */
  runAlone(work: (renew: () => Promise<void>) => Promise<void>): Promise<void>;
  /**
   * Counts the stored events of a source by the UTC day on which Capillary created them. Leaves out days without events.
   * @param from first day: `2026-11-24`
   * @param to last day
   */
  storedByDay(source: RegisteredSource, from: string, to: string): Promise<ReadonlyMap<string, StoredCounts>>;
  /**
   * Records the comparison of a day in place of an earlier one. If more events are missing than before, appends one
   * operational event in the same transaction.
   * @returns true if more events are missing than before
   */
  record(source: RegisteredSource, comparison: DayComparison): Promise<boolean>;
  /** Returns the recorded comparisons of a source, newest day first. */
  recorded(sourceId: string): Promise<readonly RecordedDay[]>;
  /** Returns the missing events per brand. Leaves out brands that were never compared. */
  gaps(): Promise<readonly BrandGap[]>;
  /** Returns the ids of registered brands whose day was not compared yet. @param day `2026-11-30` */
  brandsToCompare(day: string): Promise<readonly string[]>;
}
