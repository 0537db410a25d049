import type { DestinationStats } from '@patchbay/core';

/** Columns of a destination's circuit breaker. Both are null if the destination has none. */
export interface BreakerColumns {
  readonly open_until: Date | null;
  readonly open_count: number | null;
}

/** Returns the state of a circuit breaker at `now`, in milliseconds since the epoch. */
export function breakerStateOf(
  { open_until: openUntil, open_count: openCount }: BreakerColumns,
  now: number,
): DestinationStats['circuitBreaker'] {
  if (openUntil !== null && openUntil.getTime() > now) return 'open';
  return openCount !== null && openCount > 0 ? 'half_open' : 'closed';
}
