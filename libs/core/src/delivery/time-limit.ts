/** Time limit of one attempt, in milliseconds, if neither the brand nor the plugin sets one. */
export const DEFAULT_TIME_LIMIT_MS = 30_000;

/**
 * Maximum time limit of one attempt, in milliseconds. It limits how long the deliveries of a dead worker stay leased.
 */
export const MAX_TIME_LIMIT_MS = 120_000;

/** Time by which a lease exceeds the time limit, in milliseconds: for lookups, mapping, and writing the outcome. */
export const LEASE_MARGIN_MS = 30_000;

/** Time that an aborted plugin call may take to end, in milliseconds. This time must also end before the lease. */
const LATE_STOP_MS = 2_000;

/** Returns the time limit of one attempt, in milliseconds: the configured limit or the default, up to the maximum. */
export function timeLimitOf({ timeoutMs }: { readonly timeoutMs?: number }): number {
  return Math.min(timeoutMs ?? DEFAULT_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS);
}

/** Returns the duration of a lease that outlasts the attempt, in milliseconds. */
export function leaseFor(timeLimitMs: number): number {
  return timeLimitMs + LEASE_MARGIN_MS;
}

/**
 * Returns true if an attempt that starts now ends before its lease. A later attempt could overlap with an attempt of
 * the delivery's next owner.
 * @param elapsedMs milliseconds since a moment before the claim was requested
 */
export function mayStart(elapsedMs: number, leaseMs: number, timeLimitMs: number): boolean {
  return elapsedMs <= leaseMs - timeLimitMs - LATE_STOP_MS;
}

/**
 * Returns true if a request may still be written to its socket under this lease. An attempt that started in time may
 * write late, because its process was suspended, or because its timeout has not fired yet.
 * @param elapsedMs milliseconds since a moment before the claim was requested
 */
export function mayWrite(elapsedMs: number, leaseMs: number): boolean {
  return elapsedMs <= leaseMs - LATE_STOP_MS;
}
