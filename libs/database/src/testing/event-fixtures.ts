import { randomUUID } from 'node:crypto';
import { dedupeKey, deliveryId, uuidV7, type NewDelivery, type NewEvent } from '@patchbay/core';

/** Ids of a brand's objects, as in a configuration. */
export interface SampleIds {
  readonly brandId: string;
  readonly sourceId: string;
  readonly destinationId: string;
  readonly subscriptionId: string;
  readonly subscriptionVersionId: string;
}

/**
 * Returns ids of objects that do not exist. This is possible because the tables of events and deliveries have no
 * foreign keys.
 */
export function sampleIds(): SampleIds {
  return {
    brandId: randomUUID(),
    sourceId: randomUUID(),
    destinationId: randomUUID(),
    subscriptionId: randomUUID(),
    subscriptionVersionId: randomUUID(),
  };
}

/** Returns an event received at `at`, with one delivery. */
export function sampleEvent(ids: SampleIds, at = Date.now(), overrides: Partial<NewEvent> = {}): NewEvent {
  const id = overrides.id ?? uuidV7(at);
  const sourceEventId = overrides.sourceEventId ?? randomUUID();
  const type = overrides.type ?? 'pointsIssued';
  return {
    id,
    brandId: ids.brandId,
    sourceId: ids.sourceId,
    configRevision: 0,
    retentionDays: 30,
    type,
    sourceEventId,
    dedupeKey: dedupeKey(ids.sourceId, null, type, sourceEventId),
    occurredAt: at - 1_000,
    receivedAt: at,
    customerIds: ['customer-1'],
    customerHashes: null,
    attributes: { refId: 'ref-1' },
    data: { totalPointsIssued: 125 },
    sealed: null,
    quarantineReason: null,
    erasedAt: null,
    overBudget: [],
    filtered: 0,
    erasures: [],
    deliveries: [sampleDelivery(id, ids, at)],
    ...overrides,
  };
}

/** Returns a delivery of an event to the destination in `ids`. */
export function sampleDelivery(eventId: string, ids: SampleIds, dueAt: number): NewDelivery {
  return {
    id: deliveryId({ eventId, subscriptionId: ids.subscriptionId }),
    subscriptionId: ids.subscriptionId,
    subscriptionVersionId: ids.subscriptionVersionId,
    destinationId: ids.destinationId,
    dueAt,
  };
}
