import type { MessagingSpec, SubscriptionSpec } from '../configuration/brand-definition.js';
import type { MessagingRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { StoredBrand } from '../configuration/stored-brand.js';

/**
 * Returns an unsaved subscription in the form of a stored version, with the ids of the brand's objects. Its own ids and
 * its version are empty, because it is not stored.
 */
export function draftVersion(spec: SubscriptionSpec, stored: StoredBrand): SubscriptionVersionRecord {
  const { name, source, destination, route, events, when, enrich, mapping, ordering, supersede, messaging } = spec;
  const { destinations } = stored;
  return {
    id: '',
    subscriptionId: '',
    brandId: stored.brand.id,
    name,
    version: 0,
    sourceId: idOf(stored.sources, source),
    destinationId: destination === undefined ? null : idOf(destinations, destination),
    ...(route === undefined ? {} : { route: route.map((entry) => withId(entry, destinations)) }),
    events,
    when: when ?? null,
    enrich: enrich ?? [],
    mapping: mapping ?? null,
    ordering: ordering ?? null,
    supersede: supersede ?? false,
    messaging: messaging === undefined ? null : messagingRecord(messaging, stored),
    managedBy: 'api',
    file: null,
  };
}

function messagingRecord(messaging: MessagingSpec, { destinations }: StoredBrand): MessagingRecord {
  return { ...messaging, fallback: messaging.fallback.map((step) => withId(step, destinations)) };
}

/** Replaces the name of a destination by its id. */
function withId<T extends { readonly destination: string }>(
  { destination, ...part }: T,
  destinations: StoredBrand['destinations'],
): Omit<T, 'destination'> & { readonly destinationId: string } {
  return { ...part, destinationId: idOf(destinations, destination) };
}

function idOf(records: readonly { readonly id: string; readonly name: string }[], name: string): string {
  return records.find((record) => record.name === name)?.id ?? '';
}
