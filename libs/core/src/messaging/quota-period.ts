import { instantOf, localDayOf } from './quiet-hours.js';

const DAY_MS = 86_400_000;
/** First Monday since the epoch, as days since 1970-01-01. Periods of several days are counted from this date. */
const FIRST_MONDAY = 4;

/** Period of a quota. Times are in milliseconds since the epoch. */
export interface QuotaPeriod {
  readonly start: number;
  /** Start of the next period. */
  readonly end: number;
}

/**
 * Returns the period of a quota at an instant. Periods begin at midnight in the zone: every day, every Monday for `7d`,
 * or every n days. Shorter periods divide the day from midnight, and the last one ends at the next midnight. A day has 23
 * or 25 hours if the clocks change.
 * @param perMs length of a period in milliseconds: whole days, or a part of a day that divides 24 hours
 * @param now milliseconds since the epoch
 */
export function quotaPeriod(perMs: number, zone: string, now: number): QuotaPeriod {
  const today = localDayOf(zone, now);
  const days = Math.max(1, Math.floor(perMs / DAY_MS));
  const first = today - modulo(today - FIRST_MONDAY, days);
  const midnight = instantOf(first, 0, zone);
  const end = instantOf(first + days, 0, zone);
  if (perMs >= DAY_MS) return { start: midnight, end };
  const start = midnight + Math.floor((now - midnight) / perMs) * perMs;
  return { start, end: Math.min(start + perMs, end) };
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
