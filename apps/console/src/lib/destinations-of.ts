import type { Entry } from '../api/types';

type Subscription = Pick<Entry<'/v1/brands/{brand}/subscriptions'>, 'destination' | 'route'>;

/** Returns the names of the destinations to which a subscription can send: its own, or the destinations of its route. */
export function destinationsOf({ destination, route }: Subscription): string[] {
  const names = (route ?? []).map((entry) => entry.destination);
  return [...new Set(destination === null ? names : [destination, ...names])];
}
