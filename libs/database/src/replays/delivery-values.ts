import type { ReplayDelivery } from '@patchbay/core';

/** Builds the parameters of `CREATE_DELIVERIES`: one array per column, sorted by id so that concurrent statements cannot deadlock. */
export function deliveryValues(brandId: string, deliveries: readonly ReplayDelivery[]): unknown[] {
  const sorted = deliveries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [
    brandId,
    sorted.map(({ id }) => id),
    sorted.map(({ event }) => event.id),
    sorted.map(({ event }) => event.retentionDays),
    sorted.map(({ event }) => event.type),
    sorted.map(({ event }) => event.customerId),
    sorted.map(({ subscriptionId }) => subscriptionId),
    sorted.map(({ subscriptionVersionId }) => subscriptionVersionId),
    sorted.map(({ destinationId }) => destinationId),
    sorted.map(({ dueAt }) => dueAt),
    sorted.map(({ order }) => order?.key ?? null),
    sorted.map(({ order }) => order?.occurredAt ?? null),
    sorted.map(({ order }) => order?.policy ?? null),
    sorted.map(({ messaging }) => (messaging === undefined ? null : JSON.stringify(messaging))),
  ];
}
