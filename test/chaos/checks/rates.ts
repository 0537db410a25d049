import type { Arrival, CheckResult } from './check.js';

/** Limits of a destination. */
export interface RateLimits {
  readonly ratePerSecond: number;
  /** Calls that may go out at once after a pause. */
  readonly burst: number;
  readonly concurrency: number;
}

/** Lengths of the windows in which arrivals are counted, in seconds. */
const WINDOWS = [1, 10] as const;

/**
 * Checks that every window of 1 s and of 10 s has at most rate × seconds + burst + concurrency arrivals, whatever the
 * receiver answered. Concurrency is added because that many calls may be on their way and arrive together.
 */
export function checkRates(
  destination: string,
  arrivals: readonly Arrival[],
  { ratePerSecond, burst, concurrency }: RateLimits,
): CheckResult {
  const times = arrivals
    .filter((arrival) => arrival.destination === destination)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  const largest: Record<string, number> = {};
  const violations: string[] = [];
  for (const seconds of WINDOWS) {
    const allowed = ratePerSecond * seconds + burst + concurrency;
    const most = mostWithin(times, seconds * 1_000);
    largest[`most in ${seconds} s (of ${allowed})`] = most.count;
    if (most.count > allowed) {
      violations.push(
        `${destination} got ${most.count} calls within ${seconds} s from ${Math.round(most.from)} ms; ${allowed} are allowed`,
      );
    }
  }
  return {
    name: 'rates',
    counts: { calls: times.length },
    largest,
    seen: times.length,
    violation: 'over the limit',
    violations,
  };
}

/** The window of `milliseconds` with the most of some sorted times. */
function mostWithin(times: readonly number[], milliseconds: number): { readonly count: number; readonly from: number } {
  let most = { count: 0, from: 0 };
  let first = 0;
  times.forEach((time, last) => {
    while (time - (times[first] ?? time) >= milliseconds) first += 1;
    const count = last - first + 1;
    if (count > most.count) most = { count, from: times[first] ?? time };
  });
  return most;
}
