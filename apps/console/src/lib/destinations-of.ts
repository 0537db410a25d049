import type { Entry } from '@patchbay/client';

type Subscription = Entry<'/v1/brands/{brand}/subscriptions'>;

/** Returns the names of the destinations to which a subscription can send: its own, or the destinations of its route. */
export function destinationsOf({ destination, route }: Pick<Subscription, 'destination' | 'route'>): string[] {
  const names = (route ?? []).map((entry) => entry.destination);
  return [...new Set(destination === null ? names : [destination, ...names])];
}

/** Returns the names of the destinations of a subscription's fallback steps. */
export function fallbackDestinationsOf({ messaging }: Pick<Subscription, 'messaging'>): string[] {
  return (messaging?.fallback ?? []).map(({ destination }) => destination);
}
