import { describe, expect, it } from '@jest/globals';
import type { DeliverySummary } from '@patchbay/core';
import { BulkRedelivery } from './bulk-redelivery.service.js';

const BRAND = { id: 'brand-1', name: 'acme' };
const ROUTED = {
  ...{ subscriptionId: 'routed', destinationId: null, mapping: null },
  route: [{ destinationId: 'push' }, { destinationId: 'sms' }],
};
const dead: Partial<DeliverySummary> = {
  ...{ id: 'd-1', eventId: 'e-1', status: 'dead', countedAttempts: 9, nextStepTrigger: null, mergedInto: null },
};

/** Redelivers one delivery by a filter. Returns the number of redelivered deliveries, and if the redelivery is complete. */
async function redeliver(delivery: Partial<DeliverySummary>, overloadedId?: string) {
  const destinations = new Map(['push', 'sms', 'mail'].map((id) => [id, { retry: { scheduleMs: [0] } }]));
  const configuration = { records: { subscriptions: [ROUTED] }, destinations };
  const service = new BulkRedelivery(
    { findBrand: () => Promise.resolve({ brand: BRAND, configuration }) } as never,
    { inFilter: (filter: object) => Promise.resolve(filter) } as never,
    { wake: () => undefined } as never,
    { deliveries: () => Promise.resolve({ data: [{ ...dead, ...delivery }], nextCursor: null }) } as never,
    { overloaded: (ids) => Promise.resolve(ids.filter((id) => id === overloadedId)) },
    { redeliverAll: (_brandId, deliveries) => Promise.resolve(new Set(deliveries.map(({ id }) => id))) },
    { append: () => Promise.resolve() },
    { now: () => 0 },
  );
  const request = { filter: { status: 'dead' }, dryRun: false } as const;
  const { count, isComplete } = await service.request({ name: 'somebody' } as never, BRAND.name, request);
  return { count, isComplete };
}

describe('a bulk redelivery by a filter', () => {
  const undecided = { destinationId: null, subscriptionId: 'routed' };

  it.each(['routed', 'push', 'sms'])('waits while the queue %s of a route has too many deliveries', async (id) => {
    expect(await redeliver(undecided, id)).toEqual({ count: 0, isComplete: false });
  });

  it('waits for the destination of a delivery only', async () => {
    expect(await redeliver(undecided, 'mail')).toEqual({ count: 1, isComplete: true });
    const sent = { destinationId: 'sms', subscriptionId: 'routed' };
    expect(await redeliver(sent, 'push')).toEqual({ count: 1, isComplete: true });
    expect(await redeliver(sent, 'sms')).toEqual({ count: 0, isComplete: false });
  });
});
