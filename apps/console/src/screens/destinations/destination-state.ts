import type { Destination } from './destination-api';

/** State of a destination in one word. `failing`: the last calls failed, and the hub still sends. */
export type DestinationState =
  'disabled' | 'pausedByPerson' | 'pausedByHub' | 'blocked' | 'probing' | 'failing' | 'open';

/** Returns the state of a destination, the most serious first. Lists and pages show the same. */
export function destinationState({
  disabled,
  paused,
  pausedBy,
  health,
}: Pick<Destination, 'disabled' | 'paused' | 'pausedBy'> & {
  readonly health: Pick<Destination['health'], 'circuitBreaker' | 'failuresInARow'>;
}): DestinationState {
  if (disabled) return 'disabled';
  if (paused) return pausedBy === 'hub' ? 'pausedByHub' : 'pausedByPerson';
  if (health.circuitBreaker === 'open') return 'blocked';
  if (health.circuitBreaker === 'half_open') return 'probing';
  return health.failuresInARow > 0 ? 'failing' : 'open';
}

/**
 * Returns the number of seconds until a backlog is empty if the destination goes on at its present rate. Null if it does
 * not get smaller.
 */
export function secondsToEmpty(waiting: number, endedPerSecond: number, createdPerSecond: number): number | null {
  const rate = endedPerSecond - createdPerSecond;
  return waiting === 0 || rate <= 0.01 ? null : Math.ceil(waiting / rate);
}
