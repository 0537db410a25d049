import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  COUNT_LIMIT,
  DISABLED_REASON,
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
import { succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { insertDestinationAndSubscription, insertBrand } from '../testing/brand-fixture.js';
import { PostgresWorkerRegistry } from '../workers/postgres-worker-registry.js';
import { PostgresReadStore } from './postgres-read.store.js';

const HOUR_MS = 3_600_000;

describe.each(await testServers())('delivery statistics on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let store: PostgresReadStore;
  let ids: SampleIds;
  let now: number;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    store = new PostgresReadStore(database.dataSource, database.clock);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
    now = Date.now();
  });

  async function due(...times: readonly number[]): Promise<void> {
    await events.storeGroup(times.map((at) => sampleEvent(ids, at)));
  }
  async function pause(paused: boolean): Promise<void> {
    await database.dataSource.query('UPDATE destination_states SET paused = $2 WHERE destination_id = $1', [
      ids.destinationId,
      paused,
    ]);
  }
  const claim = async (limit: number): Promise<readonly ClaimedDelivery[]> =>
    (await deliveries.claim([{ destinationId: ids.destinationId, limit, leaseMs: 60_000 }], now)).deliveries;
  const ofBrand = (): Promise<Stats> => store.stats(now, [ids.brandId]);
  async function only(): Promise<DestinationStats> {
    const { destinations } = await ofBrand();
    if (destinations[0] === undefined || destinations.length > 1) throw new Error('expected exactly one destination');
    return destinations[0];
  }

  it('count the waiting, due and leased deliveries, with the oldest due time', async () => {
    await due(now - 3_000, now - 2_000, now - 1_000, now, now + 1, now + HOUR_MS);
    const [leased] = await claim(1);
    expect(await only()).toEqual({
      destinationId: ids.destinationId,
      brand: expect.stringMatching(/^brand-/),
      name: 'hook',
      type: 'webhook',
      paused: false,
      disabled: false,
      pausedReason: null,
      waiting: 5,
      due: 3,
      oldestDueAt: now - 2_000,
      inFlight: 1,
      circuitBreaker: 'closed',
    });
    if (leased !== undefined) await deliveries.record([succeeded(leased)]);
    expect(await only()).toMatchObject({ waiting: 5, inFlight: 0 });
  });

  it('say why deliveries are held, and first if the destination is missing from its file', async () => {
    const { destinationId } = ids;
    await database.dataSource.query(
      `UPDATE destination_states SET paused = true, paused_reason = 'holidays' WHERE destination_id = $1`,
      [destinationId],
    );
    expect(await only()).toMatchObject({ paused: true, disabled: false, pausedReason: 'holidays' });
    await database.dataSource.query('UPDATE destinations SET disabled = true WHERE id = $1', [destinationId]);
    expect(await only()).toMatchObject({ paused: true, disabled: true, pausedReason: DISABLED_REASON });
  });

  it('show the state of the circuit breaker', async () => {
    const registry = new PostgresWorkerRegistry(database.pgPool);
    const breaker = { openUntil: now + 1_000, openCount: 1, failingSince: now, limitShare: 1 };
    const { destinationId } = ids;
    await registry.setBreakers([{ destinationId, breaker }]);
    const at = async (time: number): Promise<string | undefined> =>
      (await store.stats(time, [ids.brandId])).destinations[0]?.circuitBreaker;
    expect([await at(now), await at(now + 1_000)]).toEqual(['open', 'half_open']);
    await registry.setBreakers([{ destinationId, breaker: { ...breaker, openCount: 0, failingSince: null } }]);
    expect([await at(now), await at(now + 1_000)]).toEqual(['open', 'closed']);
  });

  it('include a destination without due deliveries', async () => {
    expect(await only()).toMatchObject({ waiting: 0, due: 0, oldestDueAt: null, inFlight: 0 });
    await due(now + HOUR_MS);
    expect(await only()).toMatchObject({ waiting: 1, due: 0, oldestDueAt: null });
  });

  it('have totals, which exclude paused destinations from the oldest due time', async () => {
    await due(now - 5_000);
    const first = ids;
    ids = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
    await due(now - 1_000, now + HOUR_MS);
    expect((await ofBrand()).totals).toEqual({ waiting: 3, due: 2, oldestDueAt: now - 5_000, inFlight: 0 });
    ids = first;
    await pause(true);
    const { destinations, totals } = await ofBrand();
    expect(destinations).toMatchObject([
      { name: 'hook', paused: true, oldestDueAt: now - 5_000 },
      { name: 'other', paused: false },
    ]);
    expect(totals).toEqual({ waiting: 3, due: 2, oldestDueAt: now - 1_000, inFlight: 0 });
    await pause(false);
  });

  it('cover the requested brands, or all brands, without deleted destinations', async () => {
    const first = ids;
    const there = await insertBrand(database.dataSource);
    const destinationsOf = async (brandIds?: readonly string[]): Promise<string[]> =>
      (await store.stats(now, brandIds)).destinations.map(({ destinationId }) => destinationId);
    expect(await destinationsOf([])).toEqual([]);
    expect(await destinationsOf([there.brandId])).toEqual([there.destinationId]);
    expect(await destinationsOf([there.brandId, first.brandId])).toHaveLength(2);
    expect(await destinationsOf()).toEqual(expect.arrayContaining([first.destinationId, there.destinationId]));
    await database.dataSource.query('UPDATE destinations SET deleted_at = now() WHERE id = $1', [there.destinationId]);
    expect(await destinationsOf([there.brandId])).toEqual([]);
  });

  it('stop counting at the limit, and still return the oldest due time', async () => {
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

  it('have rates per second of stored events, created deliveries and ended deliveries over the last minute', async () => {
    expect(await ratesHere()).toEqual({ deliveriesPerSecond: 0, endedPerSecond: 0 });
    await due(...[61_000, 59_000, 40_000, 20_000, 10_000, 1_000, 0].map((ago) => now - ago));
    await deliveries.record((await claim(3)).map((delivery) => succeeded(delivery)));
    const { eventsPerSecond, destinations } = await rates();
    expect(eventsPerSecond).toBeCloseTo(6 / 60, 6);
    // The first claimed delivery was created before the last minute, so the delivery is not counted.
    expect(destinations.get(ids.destinationId)).toEqual({ deliveriesPerSecond: 6 / 60, endedPerSecond: 2 / 60 });
  });

  it('have rates over a shorter time if there are very many events', async () => {
    const spreadMs = 20_000;
    await due(...Array.from({ length: 2 * RATE_SAMPLE }, (_, index) => now - (index * spreadMs) / (2 * RATE_SAMPLE)));
    const perSecond = (2 * RATE_SAMPLE) / (spreadMs / 1_000);
    expect((await rates()).eventsPerSecond).toBeCloseTo(perSecond, -1);
    expect((await ratesHere())?.deliveriesPerSecond).toBeCloseTo(perSecond, -1);
  });

  it('have rates of the requested brands', async () => {
    await due(now);
    const other = await insertBrand(database.dataSource);
    expect(await store.rates(now, [other.brandId])).toMatchObject({ eventsPerSecond: 0 });
    expect((await store.rates(now)).eventsPerSecond).toBeGreaterThan(0);
  });
});
