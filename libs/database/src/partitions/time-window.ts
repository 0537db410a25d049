import { timeOfUuidV7, type TimeRange } from '@patchbay/core';
import { lowestIdAt } from './daily-partitions.js';

/** Time window as a range of UUIDv7s. */
export interface TimeWindow {
  /** First id, inclusive. */
  readonly from: string;
  /** Upper bound, exclusive. */
  readonly before: string;
}

const DAY_MS = 86_400_000;
/**
 * Longest time window of one statement. A statement locks every index of every day it reads, and the lock table holds
 * about 6,400 locks.
 */
export const MAX_TIME_WINDOW_MS = 32 * DAY_MS;
/** No data is kept for longer. Older rows can exist after a wrong clock; they are read as one time window. */
const OLDEST_MS = 432 * DAY_MS;

/** Returns the ids of the events received in a time range. */
export function timeWindowOf({ from, to }: TimeRange): TimeWindow {
  return { from: lowestIdAt(from ?? 0), before: lowestIdAt(to ?? Infinity) };
}

/** Returns the last `lengthMs` of a time window, plus everything ahead of the clock. */
export function newestPartOf({ from, before }: TimeWindow, lengthMs: number, now: number): TimeWindow {
  const end = Math.min(timeOfUuidV7(before), now);
  if (end < now - OLDEST_MS) return { from, before };
  const start = lowestIdAt(end - lengthMs);
  return { from: start > from ? start : from, before };
}
