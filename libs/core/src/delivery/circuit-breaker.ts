/** `closed`: healthy. `open`: nothing is sent. `half_open`: single calls probe the destination. */
export type CircuitBreakerState = 'closed' | 'open' | 'half_open';

/**
 * Circuit breaker of a destination, shared by all workers. A healthy destination has no breaker.
 */
export interface CircuitBreaker {
  /** End of the open period, in milliseconds since the epoch. */
  readonly openUntil: number;
  /**
   * Number of consecutive times that failures opened the breaker. 0 after a successful probe, or if only throttling
   * opened the breaker.
   */
  readonly openCount: number;
  /** Time of the first failure, in milliseconds since the epoch; null if the destination is not failing. */
  readonly failingSince: number | null;
  /**
   * Fraction of the destination's limits that is allowed at the end of the open period, above 0 and up to 1. The
   * fraction grows with time.
   */
  readonly limitShare: number;
}

/** Consecutive failures of a destination, as counted by one process. */
export interface FailureStreak {
  readonly failures: number;
  /** Time of the first failure, in milliseconds since the epoch. */
  readonly since: number;
}

/** Default of `retry.pauseAfter`, in milliseconds. A destination that fails for longer is paused. */
export const DEFAULT_PAUSE_AFTER_MS = 24 * 3_600_000;

/** Number of consecutive failures that opens the breaker. */
export const FAILURES_TO_OPEN = 10;
const FIRST_OPEN_MS = 2_000;
const MAX_OPEN_MS = 300_000;
const JITTER = 0.2;
const MIN_LIMIT_SHARE = 1 / 64;
/** Fraction of its limits at which a recovered destination starts. */
const LIMIT_SHARE_AFTER_RECOVERY = 1 / 4;
/** Time in which the allowed fraction of the limits grows from 0 to 1, in milliseconds. */
const RECOVERY_MS = 60_000;

/**
 * Returns true from the first failure that opened the breaker until a probe succeeds. During this time, calls are sent
 * one at a time.
 */
export function isFailing(breaker: CircuitBreaker | undefined): boolean {
  return breaker !== undefined && breaker.openCount > 0;
}

/** Returns the fraction of the destination's limits that is allowed at `now`. The fraction grows linearly with time. */
export function limitShareAt(breaker: CircuitBreaker | undefined, now: number): number {
  if (breaker === undefined) return 1;
  return Math.min(1, breaker.limitShare + Math.max(0, now - breaker.openUntil) / RECOVERY_MS);
}

/** Returns true if the breaker restricts nothing any more and can be removed. */
export function isFullyRecovered(breaker: CircuitBreaker, now: number): boolean {
  return breaker.openCount === 0 && breaker.openUntil <= now && limitShareAt(breaker, now) === 1;
}

/**
 * Returns the breaker after throttling: open until `until`, with halved limits. Calls that were in flight together
 * halve the limits only once.
 */
export function afterThrottle(breaker: CircuitBreaker | undefined, until: number, now: number): CircuitBreaker {
  const known = breaker ?? { openUntil: 0, openCount: 0, failingSince: null, limitShare: 1 };
  const alreadyOpen = known.openUntil > now;
  return {
    ...known,
    openUntil: Math.max(known.openUntil, until),
    limitShare: alreadyOpen ? known.limitShare : Math.max(MIN_LIMIT_SHARE, limitShareAt(breaker, now) / 2),
  };
}

/**
 * Returns the breaker after a failed call, or undefined if the breaker does not change. A half-open breaker opens again
 * at the first failed probe, for twice as long.
 * @param random number in [0, 1) that sets the jitter of ±20 %
 */
export function afterFailure(
  breaker: CircuitBreaker | undefined,
  streak: FailureStreak,
  now: number,
  random: number,
): CircuitBreaker | undefined {
  const failing = isFailing(breaker);
  // Failures of calls that were in flight when the breaker opened are already counted.
  if (failing && breaker !== undefined && breaker.openUntil > now) return undefined;
  if (!failing && streak.failures < FAILURES_TO_OPEN) return undefined;
  const openCount = (breaker?.openCount ?? 0) + 1;
  const openMs = Math.min(FIRST_OPEN_MS * 2 ** (openCount - 1), MAX_OPEN_MS) * (1 + JITTER * (2 * random - 1));
  return {
    openUntil: Math.max(breaker?.openUntil ?? 0, Math.round(now + openMs)),
    openCount,
    failingSince: breaker?.failingSince ?? streak.since,
    limitShare: breaker?.limitShare ?? 1,
  };
}

/**
 * Returns the breaker after a successful call. A failing breaker closes with reduced limits. Undefined if the breaker
 * does not change.
 */
export function afterSuccess(breaker: CircuitBreaker | undefined, now: number): CircuitBreaker | undefined {
  if (breaker === undefined || !isFailing(breaker)) return undefined;
  return {
    openUntil: now,
    openCount: 0,
    failingSince: null,
    limitShare: Math.min(breaker.limitShare, LIMIT_SHARE_AFTER_RECOVERY),
  };
}
