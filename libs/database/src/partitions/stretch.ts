import { timeOfUuidV7, type TimeRange } from '@patchbay/core';
import { lowestIdAt } from './partition-day.js';

/** A stretch of UUIDv7s, which is a stretch of time. */
export interface Stretch {
  /** Included. */
  readonly from: string;
  /** Not included. */
  readonly before: string;
}

const DAY_MS = 86_400_000;
/** A statement takes a lock for each index of each day it looks into, and PostgreSQL has room for some 6,400. */
export const LONGEST_STRETCH_MS = 32 * DAY_MS;
/** Nothing is kept for longer than this; what is there all the same, by a clock far off, is looked into as one. */
const OLDEST_MS = 432 * DAY_MS;

/** All ids of a time of receipt. */
export function stretchOf({ from, to }: TimeRange): Stretch {
  return { from: lowestIdAt(from ?? 0), before: lowestIdAt(to ?? Infinity) };
}

/** The last `lengthMs` of a stretch, and all of it that is ahead of the clock. */
export function endOf({ from, before }: Stretch, lengthMs: number, now: number): Stretch {
  const end = Math.min(timeOfUuidV7(before), now);
  if (end < now - OLDEST_MS) return { from, before };
  const start = lowestIdAt(end - lengthMs);
  return { from: start > from ? start : from, before };
}
