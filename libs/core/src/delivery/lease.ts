import type { Stopwatch } from '../clock.js';
import type { AttemptOutcome } from './delivery.js';

/** Lease of a claimed delivery. */
export interface Lease {
  /** Stopwatch that was started before the claim was requested. */
  readonly sinceClaim: Stopwatch;
  readonly leaseMs: number;
}

/**
 * Outcome if the lease is lost or ends too soon for a call. The next owner of the delivery starts the attempt again.
 */
export const LEASE_ENDING: AttemptOutcome = {
  kind: 'internal_error',
  message: 'The lease ended before the message could be sent. The hub retries the delivery automatically.',
};

/** Time limit of one attempt, in milliseconds, if neither the brand nor the plugin sets one. */
export const DEFAULT_TIME_LIMIT_MS = 30_000;

/**
 * Maximum time limit of one attempt, in milliseconds. This maximum limits how long the deliveries of a dead worker stay
 * leased.
 */
export const MAX_TIME_LIMIT_MS = 120_000;

/**
 * Time by which a lease exceeds the time limit of an attempt, in milliseconds. Covers lookups, mapping, and writing the
 * outcome.
 */
export const LEASE_MARGIN_MS = 30_000;

/** Duration of the lease of a delivery whose destination is being chosen, in milliseconds. Covers the lookups. */
export const ROUTING_LEASE_MS = 2 * LEASE_MARGIN_MS;

/** Returns the time limit of one attempt, in milliseconds: the configured limit or the default, up to the maximum. */
export function timeLimitOf({ timeoutMs }: { readonly timeoutMs?: number }): number {
  return Math.min(timeoutMs ?? DEFAULT_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS);
}

/** Returns the duration of a lease, in milliseconds, that outlasts an attempt with this time limit. */
export function leaseFor(timeLimitMs: number): number {
  return timeLimitMs + LEASE_MARGIN_MS;
}
