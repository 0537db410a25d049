import { timeOfUuidV7, type TimeRange } from '@patchbay/core';
import { lowestIdAt } from './daily-partitions.js';

/** Time window, expressed as a range of UUIDv7s. */
export interface TimeWindow {
  /** First id of the time window, inclusive. */
  readonly from: string;
  /** Upper bound of the time window, exclusive. */
  readonly before: string;
}

const DAY_MS = 86_400_000;
/**
 * Longest time window of one statement, in milliseconds. The window is limited, because a statement locks every index
 * of every day that it reads, and the lock table holds about 6,400 locks.
 */
export const MAX_TIME_WINDOW_MS = 32 * DAY_MS;
/**
 * Longest time for which data is kept, in milliseconds. Rows that a wrong clock made older than this are read as one
 * time window.
 */
const OLDEST_MS = 432 * DAY_MS;

/** Returns the range of ids of the events received in a time range. */
export function timeWindowOf({ from, to }: TimeRange): TimeWindow {
  return { from: lowestIdAt(from ?? 0), before: lowestIdAt(to ?? Infinity) };
}

/**
 * Returns the newest part of a time window: the last `lengthMs` before the window's end or before `now`, whichever is
 * earlier. Includes everything ahead of the clock.
 */
export function newestPartOf({ from, before }: TimeWindow, lengthMs: number, now: number): TimeWindow {
  const end = Math.min(timeOfUuidV7(before), now);
  if (end < now - OLDEST_MS) return { from, before };
  const start = lowestIdAt(end - lengthMs);
  return { from: start > from ? start : from, before };
}
