import type { MessagingSpec, SubscriptionSpec } from '../configuration/brand-definition.js';
import type { MessagingRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { StoredBrand } from '../configuration/stored-brand.js';

/**
 * Returns an unsaved subscription in the form of a stored version, with the ids of the brand's objects. Its own ids and
 * its version are empty, because it is not stored.
 */
export function draftVersion(spec: SubscriptionSpec, stored: StoredBrand): SubscriptionVersionRecord {
  const { name, source, destination, events, when, enrich, mapping, ordering, supersede, messaging } = spec;
  return {
    id: '',
    subscriptionId: '',
    brandId: stored.brand.id,
    name,
    version: 0,
    sourceId: idOf(stored.sources, source),
    destinationId: idOf(stored.destinations, destination),
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
  const fallback = messaging.fallback.map(({ destination, ...step }) => ({
    ...step,
    destinationId: idOf(destinations, destination),
  }));
  return { ...messaging, fallback };
}

function idOf(records: readonly { readonly id: string; readonly name: string }[], name: string): string {
  return records.find((record) => record.name === name)?.id ?? '';
}
