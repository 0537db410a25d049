import { timeOfUuidV7, type TimeRange } from '@patchbay/core';
import { lowestIdAt } from './partition-day.js';

/** A range of UUIDv7s, which is a time window. */
export interface TimeWindow {
  /** Included. */
  readonly from: string;
  /** Not included. */
  readonly before: string;
}

const DAY_MS = 86_400_000;
/** A statement takes a lock for each index of each day it looks into, and PostgreSQL has room for some 6,400. */
export const MAX_TIME_WINDOW_MS = 32 * DAY_MS;
/** Nothing is kept for longer than this; what is there all the same, by a clock far off, is read as one time window. */
const OLDEST_MS = 432 * DAY_MS;

/** Ids of the events received in a time range. */
export function timeWindowOf({ from, to }: TimeRange): TimeWindow {
  return { from: lowestIdAt(from ?? 0), before: lowestIdAt(to ?? Infinity) };
}

/** The last `lengthMs` of a time window, with all that is ahead of the clock. */
export function newestPartOf({ from, before }: TimeWindow, lengthMs: number, now: number): TimeWindow {
  const end = Math.min(timeOfUuidV7(before), now);
  if (end < now - OLDEST_MS) return { from, before };
  const start = lowestIdAt(end - lengthMs);
  return { from: start > from ? start : from, before };
}
