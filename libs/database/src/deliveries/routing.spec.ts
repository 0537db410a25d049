import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedDelivery, DeliveryFilter, DeliveryOrder, NewDelivery, RouteChoice } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PostgresReadStore } from '../read/postgres-read.store.js';
import { PostgresDeliveryInterventions } from '../replays/postgres-delivery-interventions.js';
import { PostgresSeriesStore } from '../series/postgres-series.store.js';
import { insertBrand, insertDestinationAndSubscription } from '../testing/brand-fixture.js';
import { again, succeeded } from '../testing/decisions.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { fillEvents, fillWaiting, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { explainStatements } from '../testing/statement-plans.js';
import { PostgresDeliveryStore } from './postgres-delivery.store.js';

const servers = await testServers();

describe.each(servers)('deliveries whose destination is undecided, on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let events: PostgresEventStore;
  let store: PostgresDeliveryStore;
  let ids: SampleIds;
  let other: SampleIds;
  let clock = 0;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    store = new PostgresDeliveryStore(database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
    other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
    const route = [ids, other].map(({ destinationId }) => ({ destinationId }));
    await database.dataSource.query(
      `INSERT INTO subscription_versions (id, subscription_id, version, source_id, events, enrich, route, from_revision)
      VALUES ($1, $2, 1, $3, '["*"]', '[]', $4, 1)`,
      [ids.subscriptionVersionId, ids.subscriptionId, ids.sourceId, JSON.stringify(route)],
    );
    clock = Date.now();
  });

  /** Stores one undecided delivery per given order. Returns the ids of the deliveries. */
  async function stored(...orders: (DeliveryOrder | undefined)[]): Promise<string[]> {
    const group = orders.map((order, index) => {
      const event = sampleEvent(ids, clock - 1_000 + index);
      const delivery: NewDelivery = {
        ...sampleDelivery(event.id, ids, clock - 1_000),
        destinationId: ids.subscriptionId,
        ...(order === undefined ? {} : { order }),
      };
      return { ...event, deliveries: [delivery] };
    });
    await events.storeGroup(group);
    return group.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
  }
  async function claim(destinationId: string, leaseMs = 60_000): Promise<readonly ClaimedDelivery[]> {
    const requests = [{ destinationId, limit: 10, leaseMs: 60_000, routingLeaseMs: leaseMs }];
    return (await store.claim(requests, clock)).deliveries;
  }
  const undecided = (leaseMs?: number): Promise<readonly ClaimedDelivery[]> => claim(ids.subscriptionId, leaseMs);
  async function undecidedOne(leaseMs?: number): Promise<ClaimedDelivery> {
    const [delivery, ...others] = await undecided(leaseMs);
    if (delivery === undefined || others.length > 0) throw new Error('expected exactly one undecided delivery');
    return delivery;
  }
  const choice = ({ id, token }: ClaimedDelivery, of: SampleIds, entry = 1): RouteChoice => ({
    ...{ kind: 'routed', id, token, destinationId: of.destinationId, dueAt: clock, countedAttempts: 0 },
    messaging: { routed: { entry, destinationId: of.destinationId } },
  });
  const idsOf = (deliveries: readonly ClaimedDelivery[]): readonly string[] => deliveries.map(({ id }) => id);

  it('wait in the queue of their subscription and are claimed as undecided', async () => {
    const [id] = await stored(undefined);
    expect(await store.destinationsWithDueWork(clock)).toContain(ids.subscriptionId);
    expect(await claim(ids.destinationId)).toEqual([]);
    const known = [{ destinationId: ids.subscriptionId, limit: 10, leaseMs: 60_000 }];
    expect((await store.claim(known, clock)).deliveries).toEqual([]);
    expect(await undecided()).toMatchObject([{ id, undecided: true, destinationId: ids.subscriptionId }]);
    expect(await undecided()).toEqual([]);
    expect(await store.destinationsWithDueWork(clock)).not.toContain(ids.subscriptionId);
  });

  it('get their destination once, under the token of their claim', async () => {
    const [id] = await stored(undefined);
    const first = await undecidedOne();
    expect(await store.route([{ ...choice(first, other), token: randomUUID() }])).toEqual(new Set());
    expect(await store.route([choice(first, ids)])).toEqual(new Set([id]));
    // The choice released the lease, so a late choice of the same claim changes nothing.
    expect(await store.route([choice(first, other, 2)])).toEqual(new Set());
    expect(await undecided()).toEqual([]);
    const [sending] = await claim(ids.destinationId);
    expect(sending).toMatchObject({
      ...{ id, undecided: false, destinationId: ids.destinationId, destinationVersion: 3, attempts: 0 },
      messaging: { routed: { entry: 1, destinationId: ids.destinationId } },
    });
  });

  it('are routed again after the worker that claimed them died', async () => {
    const [id] = await stored(undefined);
    const lost = await undecidedOne(-1);
    await store.reclaimExpired(10, 60_000);
    const found = await undecidedOne();
    expect(found.id).toBe(id);
    expect(await store.route([choice(lost, other)])).toEqual(new Set());
    expect(await store.route([choice(found, ids)])).toEqual(new Set([id]));
    // The message is sent once, to the destination of the second choice.
    expect(idsOf(await claim(other.destinationId))).toEqual([]);
    expect(idsOf(await claim(ids.destinationId))).toEqual([id]);
    expect(await store.route([choice(lost, other)])).toEqual(new Set());
  });

  it('keep their order over two destinations: one delivery of a key is in hand at a time', async () => {
    const key = randomUUID();
    const order = (at: number): DeliveryOrder => ({ key, occurredAt: clock + at, policy: 'skip' });
    const [first, second] = await stored(order(1), order(2));
    const routed = await undecidedOne();
    expect(routed.id).toBe(first);
    await store.route([choice(routed, ids)]);
    // The first delivery waits at its destination, so the second is not even routed.
    expect(await undecided()).toEqual([]);
    const [sending] = await claim(ids.destinationId);
    if (sending === undefined) throw new Error('expected the first delivery');
    await store.record([succeeded(sending)]);
    const next = await undecidedOne();
    expect(next.id).toBe(second);
    await store.route([choice(next, other, 2)]);
    expect(idsOf(await claim(other.destinationId))).toEqual([second]);
  });

  it('keep the choice of their route when an attempt is retried and when a person redelivers them', async () => {
    const [id = ''] = await stored(undefined);
    await store.route([choice(await undecidedOne(), ids, 2)]);
    const [attempted] = await claim(ids.destinationId);
    if (attempted === undefined) throw new Error('expected the delivery');
    await store.record([again(attempted, clock)]);
    const [retried] = await claim(ids.destinationId);
    if (retried === undefined) throw new Error('expected the delivery');
    await store.record([{ ...succeeded(retried), state: 'dead', errorKind: 'rejected', messaging: { until: clock } }]);
    const interventions = new PostgresDeliveryInterventions(database.dataSource, database.pgPool);
    const redelivery = {
      deliveryId: id,
      brandId: ids.brandId,
      state: 'dead',
      countedAttempts: 1,
      now: clock,
    } as const;
    expect(await interventions.redeliver(redelivery)).toBe(true);
    expect(await undecided()).toEqual([]);
    expect(await claim(ids.destinationId)).toMatchObject([
      { id, messaging: { routed: { entry: 2, destinationId: ids.destinationId }, redelivered: true } },
    ]);
  });

  it('are found by their stage, also after they ended without a destination', async () => {
    const read = new PostgresReadStore(database.dataSource, database.clock);
    const [first, second] = await stored(undefined, undefined);
    const deliveries = await undecided();
    const routed = deliveries.find(({ id }) => id === first);
    const unmatched = deliveries.find(({ id }) => id === second);
    if (routed === undefined || unmatched === undefined) throw new Error('expected both deliveries');
    const list = async (filter: DeliveryFilter) =>
      (await read.deliveries(ids.brandId, filter, { limit: 10, cursor: null })).data;
    expect(await list({ stage: 'routing' })).toMatchObject([
      { destinationId: null, destination: null, routeEntry: null, status: 'scheduled', inFlight: true },
      { destinationId: null },
    ]);
    await store.route([choice(routed, other, 2)]);
    await store.record([{ ...succeeded(unmatched), state: 'suppressed', reason: 'no route', attempt: null }]);
    expect(await list({ stage: 'routing' })).toMatchObject([{ id: second, status: 'suppressed', reason: 'no route' }]);
    expect(await list({ stage: 'sending' })).toMatchObject([{ id: first, destination: 'other', routeEntry: 2 }]);
    expect(await list({ destination: ['hook', 'other'] })).toMatchObject([{ id: first }]);
    expect(await list({})).toHaveLength(2);
    expect(await read.delivery(ids.brandId, second ?? '')).toMatchObject({ destinationId: null, destination: null });
    expect((await read.subscriptionCounts(ids.brandId, 0)).map(({ subscriptionId }) => subscriptionId)).toEqual([
      ids.subscriptionId,
    ]);
  });

  it('count in the backlog of all destinations and in the failures of the brand', async () => {
    const read = new PostgresReadStore(database.dataSource, database.clock);
    await stored(undefined, undefined);
    const before = await read.stats(clock, [ids.brandId]);
    expect(before.destinations.map(({ name }) => name).sort()).toEqual(['hook', 'other']);
    expect(before.totals).toMatchObject({ waiting: 2, due: 2 });
    const claimed = await undecided();
    await store.record(claimed.map((one) => ({ ...succeeded(one), state: 'dead', errorKind: 'transient' })));
    expect((await read.failures(ids.brandId, { limit: 10 })).groups).toMatchObject([
      { destination: null, status: 'dead', errorKind: 'transient', count: 2 },
    ]);
  });

  it('are not searched among the many deliveries of a deleted destination', async () => {
    const filling = { ids, retentionDays: 30, at: clock - 3_600_000, count: 3_000 } as const;
    await makeDays(database.dataSource, 30, clock, 2);
    await fillEvents(database.dataSource, filling);
    await fillWaiting(database.dataSource, filling);
    await database.dataSource.query('UPDATE destinations SET deleted_at = now() WHERE id = $1', [ids.destinationId]);
    await database.dataSource.query('VACUUM ANALYZE deliveries_waiting');
    const plans = await explainStatements(database.url);
    const own = await openDatabase({ url: database.url, onError: () => undefined });
    try {
      const request = { destinationId: ids.destinationId, limit: 10, leaseMs: 60_000, routingLeaseMs: 60_000 };
      expect((await new PostgresDeliveryStore(own.pgPool).claim([request], clock)).deliveries).toEqual([]);
      const statements = plans.take().filter(({ text }) => text.includes('w.subscription_id'));
      expect(statements).toHaveLength(1);
      expect(statements[0]?.pages).toBeLessThan(20);
    } finally {
      plans.stop();
      await own.close();
      await database.dataSource.query('DELETE FROM deliveries_waiting WHERE brand_id = $1', [ids.brandId]);
    }
  });

  it('are not counted twice in the series after they were routed', async () => {
    const series = new PostgresSeriesStore(database.dataSource);
    await stored(undefined);
    const minute = Math.floor((clock - 1_000) / 60_000) * 60_000;
    const query = {
      brandId: ids.brandId,
      destinationId: null,
      step: 'minute',
      from: minute,
      to: minute + 60_000,
    } as const;
    const waiting = async (): Promise<readonly number[]> => {
      await database.dataSource.query('UPDATE series_minutes SET count_at = now()');
      await series.count();
      return (await series.points(query)).map((point) => point.waiting);
    };
    expect(await waiting()).toEqual([1]);
    await store.route([choice(await undecidedOne(), ids)]);
    expect(await waiting()).toEqual([1]);
  });
});
