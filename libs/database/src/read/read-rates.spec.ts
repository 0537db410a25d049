import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RATE_SAMPLE, type DestinationRates, type Rates } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { MissingPartitions } from '../partitions/missing-partitions.js';
import { succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleEvent, type SampleIds } from '../testing/sample-events.js';
import { insertBrand } from '../testing/sample-surroundings.js';
import { PostgresReadStore } from './postgres-read.store.js';

describe.each(await testServers())('rates on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let store: PostgresReadStore;
  let ids: SampleIds;
  const now = Date.now();

  beforeAll(async () => {
    database = await openTestDatabase(server);
    const partitions = new MissingPartitions(database.dataSource);
    events = new PostgresEventStore(database.hot, partitions);
    deliveries = new PostgresDeliveryStore(database.hot, partitions);
    store = new PostgresReadStore(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
  });

  /** Events of these moments, each with a delivery. */
  async function stored(moments: readonly number[]): Promise<void> {
    await events.storeGroup(
      0,
      moments.map((at) => sampleEvent(ids, at)),
    );
  }
  async function endSome(limit: number): Promise<void> {
    const wanted = [{ destinationId: ids.destinationId, limit, leaseMs: 60_000 }];
    const claimed = await deliveries.claim(wanted, now);
    await deliveries.record(claimed.deliveries.map((delivery) => succeeded(delivery)));
  }
  const ofBrand = (): Promise<Rates> => store.rates(now, [ids.brandId]);
  const ofDestination = async (): Promise<DestinationRates | undefined> =>
    (await ofBrand()).destinations.get(ids.destinationId);

  it('are what came in and what of it has ended within the last minute, a second', async () => {
    expect(await ofDestination()).toEqual({ deliveriesPerSecond: 0, endedPerSecond: 0 });
    await stored([61_000, 59_000, 40_000, 20_000, 10_000, 1_000, 0].map((ago) => now - ago));
    await endSome(3);
    const { eventsPerSecond, destinations } = await ofBrand();
    expect(eventsPerSecond).toBeCloseTo(6 / 60, 6);
    // The oldest is due first, and was not made within the minute.
    expect(destinations.get(ids.destinationId)).toEqual({ deliveriesPerSecond: 6 / 60, endedPerSecond: 2 / 60 });
  });

  it('are over the time in which the newest came where there are very many', async () => {
    const spreadMs = 20_000;
    await stored(Array.from({ length: 2 * RATE_SAMPLE }, (_, index) => now - (index * spreadMs) / (2 * RATE_SAMPLE)));
    const perSecond = (2 * RATE_SAMPLE) / (spreadMs / 1_000);
    expect((await ofBrand()).eventsPerSecond).toBeCloseTo(perSecond, -1);
    expect((await ofDestination())?.deliveriesPerSecond).toBeCloseTo(perSecond, -1);
  });

  it('are of the brands that are asked for', async () => {
    await stored([now]);
    const other = await insertBrand(database.dataSource);
    expect(await store.rates(now, [other.brandId])).toMatchObject({ eventsPerSecond: 0 });
    expect((await store.rates(now)).eventsPerSecond).toBeGreaterThan(0);
  });
});
