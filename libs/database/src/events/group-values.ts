import { effectiveTime, GRACE_PERIOD_MS, type NewEvent } from '@patchbay/core';
import { arrayLiteral } from '../query/columns.js';
import { column } from '../connections/column.js';

/**
 * Builds the parameters of `STORE_GROUP`: one array per column.
 * @param hashed ids of the events whose customers are compared with the tombstones
 */
export function groupValues(
  revision: number,
  events: readonly NewEvent[],
  hashed: ReadonlySet<string> = new Set(),
): unknown[] {
  const customers = events.flatMap((event) => distinct(event.customerIds).map((customerId) => ({ event, customerId })));
  const deliveries = events.flatMap((event) => event.deliveries.map((delivery) => ({ event, delivery })));
  const hashes = events.flatMap((event) =>
    hashed.has(event.id) ? (event.customerHashes?.() ?? []).map((hash) => ({ event, hash })) : [],
  );
  const erasures = events.flatMap((event) => event.erasures.map((erasure) => ({ event, erasure })));
  return [
    revision,
    column(events, (event) => event.dedupeKey),
    column(events, (event) => event.id),
    column(events, (event) => event.brandId),
    column(events, (event) => event.sourceId),
    column(events, (event) => event.retentionDays),
    column(events, (event) => event.type),
    column(events, (event) => event.sourceEventId),
    column(events, (event) => event.customerIds[0] ?? null),
    column(events, (event) => event.occurredAt),
    column(events, (event) => event.receivedAt),
    column(events, (event) => JSON.stringify(event.attributes)),
    column(events, (event) => JSON.stringify(event.data)),
    column(events, (event) => (event.sealed === null ? null : Buffer.from(event.sealed))),
    column(events, (event) => event.quarantineReason),
    column(customers, ({ event }) => event.id),
    column(customers, ({ event }) => event.brandId),
    column(customers, ({ event }) => event.retentionDays),
    column(customers, ({ customerId }) => customerId),
    column(deliveries, ({ delivery }) => delivery.id),
    column(deliveries, ({ event }) => event.id),
    column(deliveries, ({ event }) => event.brandId),
    column(deliveries, ({ event }) => event.retentionDays),
    column(deliveries, ({ event }) => event.type),
    column(deliveries, ({ event }) => event.customerIds[0] ?? null),
    column(deliveries, ({ event }) => event.receivedAt),
    column(deliveries, ({ delivery }) => delivery.subscriptionId),
    column(deliveries, ({ delivery }) => delivery.subscriptionVersionId),
    column(deliveries, ({ delivery }) => delivery.destinationId),
    column(deliveries, ({ delivery }) => delivery.dueAt),
    column(deliveries, ({ delivery }) => delivery.order?.key ?? null),
    column(deliveries, ({ delivery }) => delivery.order?.occurredAt ?? null),
    column(deliveries, ({ delivery }) => delivery.order?.policy ?? null),
    column(events, (event) => event.erasedAt),
    column(hashes, ({ event }) => event.id),
    column(hashes, ({ hash }) => Buffer.from(hash, 'hex')),
    column(hashes, ({ event }) => effectiveTime(event)),
    column(erasures, ({ erasure }) => erasure.id),
    column(erasures, ({ event }) => event.id),
    column(erasures, ({ erasure }) => erasure.brandId),
    column(erasures, ({ erasure }) => erasure.customerId),
    column(erasures, ({ erasure }) => Buffer.from(erasure.customerHash, 'hex')),
    column(erasures, ({ erasure }) => erasure.until),
    column(erasures, ({ event }) => event.receivedAt + GRACE_PERIOD_MS),
    column(deliveries, ({ delivery }) =>
      delivery.messaging === undefined ? null : JSON.stringify(delivery.messaging),
    ),
    column(events, (event) => (event.customerHashes === null || hashed.has(event.id) ? null : effectiveTime(event))),
    column(events, othersOf),
  ];
}

/** Returns the customers of an event besides the first. Null if there are none, as for most events. */
function othersOf({ customerIds }: NewEvent): string | null {
  return customerIds.length < 2 ? null : arrayLiteral(distinct(customerIds).slice(1));
}

/**
 * Removes repeated customers. Adapters should not repeat a customer, and `STORE_GROUP` fails on a repeated one. A faulty
 * adapter must not cost an event.
 */
function distinct(customerIds: readonly string[]): readonly string[] {
  return customerIds.length < 2 ? customerIds : [...new Set(customerIds)];
}
