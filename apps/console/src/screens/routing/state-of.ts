import type { Routing } from './use-routing';

type Destination = Routing['destinations'][number];

/** State of a destination on the map, with its colours. */
export interface MapState {
  readonly state: 'open' | 'paused' | 'failing' | 'disabled';
  /** Colour of borders and lines. */
  readonly tone: 'plain' | 'attention' | 'bad';
  /** CSS colour of the word. */
  readonly colour: string;
}

/** Returns the state of a destination. A state that stops more of its messages takes precedence. */
export function stateOf({ disabled, paused, health }: Destination): MapState {
  if (disabled) return { state: 'disabled', tone: 'attention', colour: 'var(--pb-attention)' };
  if (paused) return { state: 'paused', tone: 'attention', colour: 'var(--pb-attention)' };
  if (health.circuitBreaker !== 'closed') return { state: 'failing', tone: 'bad', colour: 'var(--pb-bad)' };
  return { state: 'open', tone: 'plain', colour: 'var(--pb-ok)' };
}
