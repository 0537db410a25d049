import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryId, uuidV7, type ClaimedDelivery, type DeliveryDecision } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresReplayStore } from '../replays/postgres-replay.store.js';
import { insertBrand, insertDestinationAndSubscription } from '../testing/brand-fixture.js';
import { succeeded } from '../testing/decisions.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresReadStore } from './postgres-read.store.js';

const DAY_MS = 86_400_000;

describe.each(await testServers())('failures by cause on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let store: PostgresReadStore;
  let ids: SampleIds;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    store = new PostgresReadStore(database.dataSource, database.clock);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
  });

  const now = (): number => database.clock.now();
  async function claimOne({ destinationId } = ids): Promise<ClaimedDelivery> {
    const claim = [{ destinationId, limit: 1, leaseMs: 60_000 }];
    const [delivery] = (await deliveries.claim(claim, now() + 1_000)).deliveries;
    if (delivery === undefined) throw new Error('nothing was claimed');
    return delivery;
  }
  /** Stores an event whose delivery fails with a vendor code. */
  async function failed(
    vendorCode: string | null,
    { at = now(), of = ids, ...decision }: Partial<DeliveryDecision> & { at?: number; of?: SampleIds } = {},
  ): Promise<ClaimedDelivery> {
    await events.storeGroup([sampleEvent(of, at)]);
    const delivery = await claimOne(of);
    const done = succeeded(delivery);
    const attempt = done.attempt && {
      ...done.attempt,
      ...{ outcome: 'rejected' as const, message: `code ${vendorCode}`, vendorCode },
    };
    await deliveries.record([{ ...done, state: 'dead', errorKind: 'rejected', attempt, ...decision }]);
    return delivery;
  }

  it('counts by destination, state, error kind and vendor code, most frequent first, with the newest as example', async () => {
    const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
    const at = now();
    await failed('21211', { at: at - 3_000 });
    const newest = await failed('21211', { at: at - 1_000 });
    await failed('21211', { at: at - 2_000 });
    await failed(null);
    await failed('20003', { of: other, errorKind: 'credentials' });
    await failed('9', { state: 'unconfirmed', errorKind: 'unconfirmed' });
    await failed(null, { state: 'suppressed', reason: 'cap', attempt: null, attempts: 0 });
    const { groups, countIsExact } = await store.failures(ids.brandId, { from: at - DAY_MS, limit: 10 });
    expect(countIsExact).toBe(true);
    expect(groups).toHaveLength(4);
    expect(groups[0]).toEqual({
      ...{ destination: 'hook', status: 'dead', errorKind: 'rejected', vendorCode: '21211', count: 3 },
      ...{ firstAt: expect.any(Number), lastAt: expect.any(Number) },
      example: { deliveryId: newest.id, message: 'code 21211' },
    });
    expect(groups).toContainEqual(expect.objectContaining({ destination: 'hook', vendorCode: null, count: 1 }));
    expect(groups).toContainEqual(
      expect.objectContaining({ destination: 'other', errorKind: 'credentials', vendorCode: '20003' }),
    );
    expect(groups).toContainEqual(expect.objectContaining({ status: 'unconfirmed', vendorCode: '9' }));
    expect(groups[0]?.firstAt).toBeLessThanOrEqual(groups[0]?.lastAt ?? 0);
    const ofOther = await store.failures(ids.brandId, { destination: ['other'], limit: 10 });
    expect(ofOther.groups.map(({ vendorCode }) => vendorCode)).toEqual(['20003']);
  });

  it('reads the messages from the primary, which may have erased them', async () => {
    const primary = await openTestDatabase(server);
    try {
      await failed('21211');
      const onReplica = new PostgresReadStore(database.dataSource, database.clock, primary.dataSource);
      const { groups } = await onReplica.failures(ids.brandId, { limit: 10 });
      expect(groups).toMatchObject([{ vendorCode: '21211', count: 1, example: { message: null } }]);
    } finally {
      await primary.close();
    }
  });

  it('counts only the time range and the brand, over several days', async () => {
    const at = now();
    for (const days of [0, 2, 5]) await failed('1', { at: at - days * DAY_MS });
    const foreign = await insertBrand(database.dataSource);
    await failed('1', { of: foreign });
    const count = async (from: number, to?: number): Promise<number | undefined> => {
      const filter = { from, ...(to === undefined ? {} : { to }), limit: 10 };
      return (await store.failures(ids.brandId, filter)).groups[0]?.count;
    };
    expect(await count(at - 6 * DAY_MS)).toBe(3);
    expect(await count(at - 3 * DAY_MS)).toBe(2);
    expect(await count(at - 6 * DAY_MS, at - DAY_MS)).toBe(2);
    expect(await count(at + DAY_MS)).toBeUndefined();
  });

  it('does not count a failure that a replay sent again', async () => {
    const at = now();
    const first = await failed('21211', { at: at - 60_000 });
    await failed('21211', { at: at - 50_000 });
    const replayId = uuidV7(at);
    await new PostgresReplayStore(database.dataSource, database.pgPool, database.clock).create({
      ...{ id: replayId, brandId: ids.brandId, filter: { status: 'dead' }, mapping: 'recorded', ratePerSecond: null },
      ...{ includeSucceeded: false, requestedBy: 'a test', expected: 1, expectedIsExact: true },
    });
    const replayed = sampleDelivery(first.event.id, ids, at);
    const id = deliveryId({ eventId: first.event.id, subscriptionId: ids.subscriptionId, replayId });
    await database.dataSource.query(
      `INSERT INTO deliveries_waiting (id, waiting, retention_days, brand_id, event_id, subscription_id,
        subscription_version_id, destination_id, event_type, state, due_at, created_at)
      VALUES ($1, true, 30, $2, $3, $4, $5, $6, 'pointsIssued', 'scheduled', now(), now())`,
      [
        ...[id, ids.brandId, first.event.id, replayed.subscriptionId, replayed.subscriptionVersionId],
        replayed.destinationId,
      ],
    );
    const { groups } = await store.failures(ids.brandId, { from: at - DAY_MS, limit: 10 });
    expect(groups.map(({ count }) => count)).toEqual([1]);
  });

  it('keeps the vendor code of the last attempt, for lists and for replays', async () => {
    await failed('21211');
    await failed(null);
    const page = { limit: 10, cursor: null };
    const codes = async (vendorCode: readonly string[]): Promise<unknown[]> =>
      (await store.deliveries(ids.brandId, { vendorCode }, page)).data.map((one) => one.vendorCode);
    expect(await codes(['21211', '5'])).toEqual(['21211']);
    expect(await codes([''])).toEqual([null]);
    expect(await codes(['', '21211'])).toHaveLength(2);
    const candidates = await new PostgresReplayStore(database.dataSource, database.pgPool, database.clock).candidates(
      {
        ...{ brandId: ids.brandId, mapping: 'recorded', includeSucceeded: false },
        filter: { status: 'dead', vendorCode: '21211' },
      },
      { before: uuidV7(now() + 1_000), cursor: null },
      10,
    );
    expect(candidates.candidates).toHaveLength(1);
  });
});
