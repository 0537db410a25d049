import type { Entry } from '@patchbay/client';

type Destination = Entry<'/v1/brands/{brand}/destinations'>;

/** State of a destination in one word. `failing`: the last calls failed, and the hub still sends. */
export type DestinationState =
  'disabled' | 'pausedByPerson' | 'pausedByHub' | 'blocked' | 'probing' | 'failing' | 'healthy';

/** Colours of a state in the theme. */
export const STATE_TONES: Readonly<Record<DestinationState, 'ok' | 'attention' | 'bad' | 'dimmed'>> = {
  healthy: 'ok',
  failing: 'attention',
  probing: 'attention',
  blocked: 'bad',
  pausedByHub: 'bad',
  pausedByPerson: 'attention',
  disabled: 'dimmed',
};

/** Destination as far as its state depends on it. */
export type StatefulDestination = Pick<Destination, 'disabled' | 'paused' | 'pausedBy'> & {
  readonly health: Pick<Destination['health'], 'circuitBreaker' | 'failuresInARow'>;
};

/** Returns the state of a destination, the most serious first. All pages show the same. */
export function destinationState({ disabled, paused, pausedBy, health }: StatefulDestination): DestinationState {
  if (disabled) return 'disabled';
  if (paused) return pausedBy === 'hub' ? 'pausedByHub' : 'pausedByPerson';
  if (health.circuitBreaker === 'open') return 'blocked';
  if (health.circuitBreaker === 'half_open') return 'probing';
  return health.failuresInARow > 0 ? 'failing' : 'healthy';
}
