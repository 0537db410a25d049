import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  COUNT_LIMIT,
  RATE_SAMPLE,
  type ClaimedDelivery,
  type DestinationRates,
  type DestinationStats,
  type Rates,
  type Stats,
} from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { MissingPartitions } from '../partitions/missing-partitions.js';
import { succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { insertDestinationAndSubscription, insertBrand } from '../testing/brand-fixture.js';
import { PostgresWorkerRegistry } from '../workers/postgres-worker-registry.js';
import { PostgresReadStore } from './postgres-read.store.js';

const HOUR_MS = 3_600_000;

describe.each(await testServers())('stats on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let store: PostgresReadStore;
  let ids: SampleIds;
  let now: number;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    const partitions = new MissingPartitions(database.dataSource);
    events = new PostgresEventStore(database.pgPool, partitions);
    deliveries = new PostgresDeliveryStore(database.pgPool, partitions);
    store = new PostgresReadStore(database.dataSource, database.clock);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
    now = Date.now();
  });

  async function due(...times: readonly number[]): Promise<void> {
    await events.storeGroup(
      0,
      times.map((at) => sampleEvent(ids, at)),
    );
  }
  async function pause(paused: boolean): Promise<void> {
    await database.dataSource.query('UPDATE destinations SET paused = $2 WHERE id = $1', [ids.destinationId, paused]);
  }
  const claim = async (limit: number): Promise<readonly ClaimedDelivery[]> =>
    (await deliveries.claim([{ destinationId: ids.destinationId, limit, leaseMs: 60_000 }], now)).deliveries;
  const ofBrand = (): Promise<Stats> => store.stats(now, [ids.brandId]);
  async function only(): Promise<DestinationStats> {
    const { destinations } = await ofBrand();
    if (destinations[0] === undefined || destinations.length > 1) throw new Error('not one destination');
    return destinations[0];
  }

  it('tell what waits, what of it is due and since when, and what is in flight', async () => {
    await due(now - 3_000, now - 2_000, now - 1_000, now, now + 1, now + HOUR_MS);
    const [inHand] = await claim(1);
    expect(await only()).toEqual({
      destinationId: ids.destinationId,
      brand: expect.stringMatching(/^brand-/),
      name: 'hook',
      type: 'webhook',
      paused: false,
      waiting: 5,
      due: 3,
      oldestDueAt: now - 2_000,
      inFlight: 1,
      circuitBreaker: 'closed',
    });
    if (inHand !== undefined) await deliveries.record([succeeded(inHand)]);
    expect(await only()).toMatchObject({ waiting: 5, inFlight: 0 });
  });

  it('tell whether a destination is sent to, and how', async () => {
    const registry = new PostgresWorkerRegistry(database.pgPool);
    const breaker = { openUntil: now + 1_000, openCount: 1, failingSince: now, limitShare: 1 };
    await registry.setBreaker(ids.destinationId, breaker);
    const at = async (time: number): Promise<string | undefined> =>
      (await store.stats(time, [ids.brandId])).destinations[0]?.circuitBreaker;
    expect([await at(now), await at(now + 1_000)]).toEqual(['open', 'half_open']);
    await registry.setBreaker(ids.destinationId, { ...breaker, openCount: 0, failingSince: null });
    expect([await at(now), await at(now + 1_000)]).toEqual(['open', 'closed']);
  });

  it('have a destination with nothing to do, with nothing due', async () => {
    expect(await only()).toMatchObject({ waiting: 0, due: 0, oldestDueAt: null, inFlight: 0 });
    await due(now + HOUR_MS);
    expect(await only()).toMatchObject({ waiting: 1, due: 0, oldestDueAt: null });
  });

  it('sum up, and leave paused destinations out of the oldest due', async () => {
    await due(now - 5_000);
    const here = ids;
    ids = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
    await due(now - 1_000, now + HOUR_MS);
    expect((await ofBrand()).totals).toEqual({ waiting: 3, due: 2, oldestDueAt: now - 5_000, inFlight: 0 });
    ids = here;
    await pause(true);
    const { destinations, totals } = await ofBrand();
    expect(destinations).toMatchObject([
      { name: 'hook', paused: true, oldestDueAt: now - 5_000 },
      { name: 'other', paused: false },
    ]);
    expect(totals).toEqual({ waiting: 3, due: 2, oldestDueAt: now - 1_000, inFlight: 0 });
    await pause(false);
  });

  it('are of the brands asked for, of all where none is named, and of no deleted destination', async () => {
    const here = ids;
    const there = await insertBrand(database.dataSource);
    const named = async (brandIds?: readonly string[]): Promise<string[]> =>
      (await store.stats(now, brandIds)).destinations.map(({ destinationId }) => destinationId);
    expect(await named([])).toEqual([]);
    expect(await named([there.brandId])).toEqual([there.destinationId]);
    expect(await named([there.brandId, here.brandId])).toHaveLength(2);
    expect(await named()).toEqual(expect.arrayContaining([here.destinationId, there.destinationId]));
    await database.dataSource.query('UPDATE destinations SET deleted_at = now() WHERE id = $1', [there.destinationId]);
    expect(await named([there.brandId])).toEqual([]);
  });

  it('stop counting where the port says, and still know the oldest', async () => {
    await due(now - HOUR_MS);
    await database.dataSource.query(
      `INSERT INTO deliveries_waiting (
        id, waiting, retention_days, brand_id, event_id, subscription_id, subscription_version_id, destination_id,
        event_type, state, due_at, created_at
      )
      SELECT gen_random_uuid(), true, 30, $1, $2, $2, $2, $3, 'pointsIssued', 'scheduled', to_timestamp($4::float8 / 1000), now()
      FROM generate_series(1, $5::int)`,
      [ids.brandId, ids.subscriptionId, ids.destinationId, now, COUNT_LIMIT],
    );
    expect(await only()).toMatchObject({ waiting: COUNT_LIMIT, due: COUNT_LIMIT, oldestDueAt: now - HOUR_MS });
  });

  const rates = (): Promise<Rates> => store.rates(now, [ids.brandId]);
  const ratesHere = async (): Promise<DestinationRates | undefined> =>
    (await rates()).destinations.get(ids.destinationId);

  it('have rates: what came in and what of it has ended within the last minute, a second', async () => {
    expect(await ratesHere()).toEqual({ deliveriesPerSecond: 0, endedPerSecond: 0 });
    await due(...[61_000, 59_000, 40_000, 20_000, 10_000, 1_000, 0].map((ago) => now - ago));
    await deliveries.record((await claim(3)).map((delivery) => succeeded(delivery)));
    const { eventsPerSecond, destinations } = await rates();
    expect(eventsPerSecond).toBeCloseTo(6 / 60, 6);
    // The oldest is due first, and was not made within the minute.
    expect(destinations.get(ids.destinationId)).toEqual({ deliveriesPerSecond: 6 / 60, endedPerSecond: 2 / 60 });
  });

  it('have rates over the time in which the newest came where there are very many', async () => {
    const spreadMs = 20_000;
    await due(...Array.from({ length: 2 * RATE_SAMPLE }, (_, index) => now - (index * spreadMs) / (2 * RATE_SAMPLE)));
    const perSecond = (2 * RATE_SAMPLE) / (spreadMs / 1_000);
    expect((await rates()).eventsPerSecond).toBeCloseTo(perSecond, -1);
    expect((await ratesHere())?.deliveriesPerSecond).toBeCloseTo(perSecond, -1);
  });

  it('have rates of the brands that are asked for', async () => {
    await due(now);
    const other = await insertBrand(database.dataSource);
    expect(await store.rates(now, [other.brandId])).toMatchObject({ eventsPerSecond: 0 });
    expect((await store.rates(now)).eventsPerSecond).toBeGreaterThan(0);
  });
});
