import type { Stopwatch } from '../clock.js';
import type { AttemptOutcome } from './delivery.js';

/** The lease of a claim. */
export interface Lease {
  /** Started before the claim was requested. */
  readonly sinceClaim: Stopwatch;
  readonly leaseMs: number;
}

/** Outcome if the lease is lost or ends too soon for a call. The next owner of the delivery starts over. */
export const LEASE_ENDING: AttemptOutcome = {
  kind: 'internal_error',
  message: 'The lease ended before the message could be sent. The hub retries the delivery automatically.',
};

/** Time limit of one attempt, in milliseconds, if neither the brand nor the plugin sets one. */
export const DEFAULT_TIME_LIMIT_MS = 30_000;

/**
 * Maximum time limit of one attempt, in milliseconds. It limits how long the deliveries of a dead worker stay leased.
 */
export const MAX_TIME_LIMIT_MS = 120_000;

/** Time by which a lease exceeds the time limit, in milliseconds: for lookups, mapping, and writing the outcome. */
export const LEASE_MARGIN_MS = 30_000;

/** Returns the time limit of one attempt, in milliseconds: the configured limit or the default, up to the maximum. */
export function timeLimitOf({ timeoutMs }: { readonly timeoutMs?: number }): number {
  return Math.min(timeoutMs ?? DEFAULT_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS);
}

/** Returns the duration of a lease that outlasts the attempt, in milliseconds. */
export function leaseFor(timeLimitMs: number): number {
  return timeLimitMs + LEASE_MARGIN_MS;
}
