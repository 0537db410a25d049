import type { Arrival, CheckResult } from './check.js';
import type { Span } from './stalls.js';

/** Longest time that a wake-up waits for Redis, in milliseconds. After this time, the hub works without Redis. */
export const WAKE_UP_PATIENCE_MS = 3_000;
/** Number of deliveries without Redis that proves that the hub continues to deliver. */
export const LEAST_DELIVERIES = 50;

/**
 * Returns the messages that arrived while Redis was down and after the wait for Redis, as proof that the hub continues
 * to deliver.
 */
export function arrivedWithoutRedis({ from, to }: Span, arrivals: readonly Arrival[]): readonly Arrival[] {
  return arrivals.filter(({ at }) => at >= from + WAKE_UP_PATIENCE_MS && at <= to);
}

/** Checks that the hub continues to deliver while Redis is down. */
export function checkWithoutRedis(spans: readonly Span[], arrivals: readonly Arrival[]): CheckResult {
  const seen = spans.map((span) => ({ span, deliveries: arrivedWithoutRedis(span, arrivals).length }));
  return {
    name: 'without Redis',
    counts: { times: spans.length, deliveries: seen.reduce((sum, { deliveries }) => sum + deliveries, 0) },
    seen: spans.length,
    violation: 'stood still',
    violations: seen
      .filter(({ deliveries }) => deliveries < LEAST_DELIVERIES)
      .map(
        ({ span: { from, to }, deliveries }) =>
          `${deliveries} deliveries in ${((to - from) / 1_000).toFixed(1)} s without Redis; at least ${LEAST_DELIVERIES} are expected`,
      ),
  };
}
