import type { Arrival, CheckResult } from './check.js';

/** Rate limit and concurrency limit of a destination. */
export interface RateLimits {
  readonly ratePerSecond: number;
  /** Number of calls that the hub may send at once after a pause. */
  readonly burst: number;
  readonly concurrency: number;
}

/**
 * Length of the checked windows, in seconds. The hub's own window is 1 s, but a stalled receiver reads several seconds
 * of calls at once.
 */
const WINDOW_S = 10;

/**
 * Checks that every window of 10 s has at most rate × 10 + burst + concurrency arrivals, regardless of the receiver's
 * answers. Concurrency is added, because this number of calls can be in flight and arrive together.
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
  const allowed = ratePerSecond * WINDOW_S + burst + concurrency;
  const most = mostWithin(times, WINDOW_S * 1_000);
  const found = `${destination} got ${most.count} calls within ${WINDOW_S} s from ${Math.round(most.from)} ms; ${allowed} are allowed`;
  return {
    name: 'rates',
    counts: { calls: times.length },
    largest: { [`most in ${WINDOW_S} s (of ${allowed})`]: most.count },
    seen: times.length,
    violation: 'over the limit',
    violations: most.count > allowed ? [found] : [],
  };
}

/**
 * Finds the window of `milliseconds` that contains the most of the sorted times. Returns the number of times in the
 * window and the start of the window.
 */
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
