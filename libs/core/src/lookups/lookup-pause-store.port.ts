import type { Actor } from '../audit/audit-log.port.js';

/** Failed call that justifies a pause of its lookup. */
export interface FailedLookup {
  /** Answer of the brand's system and how to fix the cause, without values of a customer. */
  readonly reason: string;
  /** Revision of the configuration that the call used. A lookup that was changed or resumed since is not paused. */
  readonly revision: number;
}

/** Number of deliveries that wait for a paused lookup. */
export interface HeldCount {
  /** At most {@link MAX_HELD_COUNT}. */
  readonly count: number;
  readonly isExact: boolean;
}

/** Held deliveries are counted up to this number. */
export const MAX_HELD_COUNT = 10_000;

/** Store of paused lookups and of the deliveries that wait for them. */
export interface LookupPauseStore {
  /**
   * Pauses a lookup and raises the revision, so that every process stops the calls.
   * @returns true if this call paused the lookup
   */
  pause(brandId: string, lookup: string, failed: FailedLookup): Promise<boolean>;
  /**
   * Resumes a lookup and raises the revision. {@link releaseHeld} then makes its deliveries due.
   * @returns true if the lookup was paused
   */
  resume(brandId: string, lookup: string, actor: Actor): Promise<boolean>;
  /**
   * Makes deliveries due whose lookup was resumed, and deliveries that were held at the same time by a process that did
   * not know yet.
   * @returns the destinations of the released deliveries
   */
  releaseHeld(): Promise<readonly string[]>;
  /** Counts the deliveries of a brand that wait for paused lookups, by name of the lookup. */
  heldCounts(brandId: string): Promise<ReadonlyMap<string, HeldCount>>;
  /** Returns the events of the newest deliveries that wait for a paused lookup. */
  heldEvents(brandId: string, lookup: string, limit: number): Promise<readonly string[]>;
}
