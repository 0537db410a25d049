/** One attempt, in milliseconds, where neither the brand nor the plugin says. */
export const DEFAULT_TIME_LIMIT_MS = 30_000;

/** No attempt may take longer, in milliseconds: what a worker that died held in hand is nobody's for that long. */
export const MAX_TIME_LIMIT_MS = 120_000;

/** What a lease has left beside the time limit, in milliseconds: for looking up, mapping, and writing the outcome. */
export const LEASE_MARGIN_MS = 30_000;

/** A plugin that was told to stop is given up a moment later; that too has to end before the lease does. */
const LATE_STOP_MS = 2_000;

/** How long one attempt may take, in milliseconds: what was asked for, within the bounds. */
export function timeLimitOf({ timeoutMs }: { readonly timeoutMs?: number }): number {
  return Math.min(timeoutMs ?? DEFAULT_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS);
}

/** How long a claim holds so that it outlasts the attempt, in milliseconds. */
export function leaseFor(timeLimitMs: number): number {
  return timeLimitMs + LEASE_MARGIN_MS;
}

/**
 * Whether an attempt that starts now ends before its lease does: a later one could run beside the attempt of the next
 * owner of the delivery.
 * @param elapsedMs since before the claim was requested
 */
export function mayStart(elapsedMs: number, leaseMs: number, timeLimitMs: number): boolean {
  return elapsedMs <= leaseMs - timeLimitMs - LATE_STOP_MS;
}

/**
 * Whether a request may still be written to its socket under this lease. An attempt that started in time may get here
 * late: its process was suspended, or the timer that ends the attempt has not fired yet.
 * @param elapsedMs since before the claim was requested
 */
export function mayWrite(elapsedMs: number, leaseMs: number): boolean {
  return elapsedMs <= leaseMs - LATE_STOP_MS;
}
