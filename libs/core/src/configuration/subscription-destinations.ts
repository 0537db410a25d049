import type { JsonObject } from '@patchbay/plugin-sdk';
import type { SubscriptionVersionRecord } from './configuration-snapshot.js';

/** Destination of a subscription or of a route entry, with the mapping for this destination. */
export interface MappedDestination {
  readonly destinationId: string;
  /** Null if the preset of the destination type is used. */
  readonly mapping: JsonObject | null;
}

/** Returns the destinations of a subscription: its only destination, or one per entry of its route. */
export function mappedDestinations({
  destinationId,
  mapping,
  route = [],
}: Pick<SubscriptionVersionRecord, 'destinationId' | 'mapping' | 'route'>): readonly MappedDestination[] {
  return destinationId === null
    ? route.map((entry) => ({ destinationId: entry.destinationId, mapping: entry.mapping ?? null }))
    : [{ destinationId, mapping }];
}
