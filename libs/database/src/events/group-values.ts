import { momentOf, SPARED_MS, type NewEvent } from '@patchbay/core';

/**
 * The parameters of `STORE_GROUP`: one array a column.
 * @param hashed ids of the events whose customers are to be looked for among the tombstones
 */
export function groupValues(
  revision: number,
  events: readonly NewEvent[],
  hashed: ReadonlySet<string> = new Set(),
): unknown[] {
  const customers = events.flatMap((event) => event.customerIds.map((customerId) => ({ event, customerId })));
  const deliveries = events.flatMap((event) => event.deliveries.map((delivery) => ({ event, delivery })));
  const hashes = events.flatMap((event) =>
    hashed.has(event.id) ? (event.customerHashes?.() ?? []).map((hash) => ({ event, hash })) : [],
  );
  const forgettings = events.flatMap((event) => event.forgettings.map((forgetting) => ({ event, forgetting })));
  return [
    revision,
    events.map((event) => event.dedupeKey),
    events.map((event) => event.id),
    events.map((event) => event.brandId),
    events.map((event) => event.sourceId),
    events.map((event) => event.retentionDays),
    events.map((event) => event.type),
    events.map((event) => event.sourceEventId),
    events.map((event) => event.customerIds[0] ?? null),
    events.map((event) => event.occurredAt),
    events.map((event) => event.receivedAt),
    events.map((event) => JSON.stringify(event.attributes)),
    events.map((event) => JSON.stringify(event.data)),
    events.map((event) => (event.sealed === null ? null : Buffer.from(event.sealed))),
    events.map((event) => event.quarantineReason),
    customers.map(({ event }) => event.id),
    customers.map(({ event }) => event.brandId),
    customers.map(({ event }) => event.retentionDays),
    customers.map(({ customerId }) => customerId),
    deliveries.map(({ delivery }) => delivery.id),
    deliveries.map(({ event }) => event.id),
    deliveries.map(({ event }) => event.brandId),
    deliveries.map(({ event }) => event.retentionDays),
    deliveries.map(({ event }) => event.type),
    deliveries.map(({ event }) => event.customerIds[0] ?? null),
    deliveries.map(({ event }) => event.receivedAt),
    deliveries.map(({ delivery }) => delivery.subscriptionId),
    deliveries.map(({ delivery }) => delivery.subscriptionVersionId),
    deliveries.map(({ delivery }) => delivery.destinationId),
    deliveries.map(({ delivery }) => delivery.dueAt),
    deliveries.map(({ delivery }) => delivery.order?.key ?? null),
    deliveries.map(({ delivery }) => delivery.order?.occurredAt ?? null),
    deliveries.map(({ delivery }) => delivery.order?.policy ?? null),
    events.map((event) => event.forgottenAt),
    hashes.map(({ event }) => event.id),
    hashes.map(({ hash }) => Buffer.from(hash, 'hex')),
    hashes.map(({ event }) => momentOf(event)),
    forgettings.map(({ forgetting }) => forgetting.id),
    forgettings.map(({ event }) => event.id),
    forgettings.map(({ forgetting }) => forgetting.brandId),
    forgettings.map(({ forgetting }) => forgetting.customerId),
    forgettings.map(({ forgetting }) => Buffer.from(forgetting.customerHash, 'hex')),
    forgettings.map(({ forgetting }) => forgetting.until),
    forgettings.map(({ event }) => event.receivedAt + SPARED_MS),
    deliveries.map(({ delivery }) => (delivery.flow === undefined ? null : JSON.stringify(delivery.flow))),
    events.map((event) => (event.customerHashes === null || hashed.has(event.id) ? null : momentOf(event))),
  ];
}
