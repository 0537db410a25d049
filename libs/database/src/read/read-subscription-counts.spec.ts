import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SUBSCRIPTION_COUNT_LIMIT } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { insertBrand, insertDestinationAndSubscription } from '../testing/brand-fixture.js';
import type { SampleIds } from '../testing/event-fixtures.js';
import { fillEnded, fillWaiting, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresReadStore } from './postgres-read.store.js';

const HOUR_MS = 3_600_000;
const NOTHING = { delivered: 0, undelivered: 0, failed: 0, waiting: 0, notSent: 0, merged: 0, countIsExact: true };

describe.each(await testServers())('counts of subscriptions on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let store: PostgresReadStore;
  let ids: SampleIds;
  let now: number;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    store = new PostgresReadStore(database.dataSource, database.clock);
    now = database.clock.now();
    await makeDays(database.dataSource, 30, now, 3);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
  });

  const fillingOf = (of: SampleIds, age: number, count: number) => ({
    ...{ ids: of, retentionDays: 30 as const, at: now - age, count },
  });

  it('count the deliveries of each subscription by outcome, from a time on', async () => {
    const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
    const foreign = await insertBrand(database.dataSource);
    await fillEnded(database.dataSource, fillingOf(ids, HOUR_MS, 200));
    await fillEnded(database.dataSource, fillingOf(ids, 30 * HOUR_MS, 50));
    await fillWaiting(database.dataSource, fillingOf(other, HOUR_MS, 7));
    await fillEnded(database.dataSource, fillingOf(foreign, HOUR_MS, 9));
    const counts = await store.subscriptionCounts(ids.brandId, now - 24 * HOUR_MS);
    expect(counts).toHaveLength(2);
    const ended = { delivered: 198, undelivered: 2, failed: 2 };
    expect(counts).toContainEqual({ ...NOTHING, subscriptionId: ids.subscriptionId, ...ended });
    expect(counts).toContainEqual({ ...NOTHING, subscriptionId: other.subscriptionId, waiting: 7 });
    expect(await store.subscriptionCounts(ids.brandId, now + HOUR_MS)).toEqual([]);
  });

  it('say if only the newest deliveries of a destination were counted', async () => {
    const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
    const share = SUBSCRIPTION_COUNT_LIMIT / 2;
    await fillWaiting(database.dataSource, fillingOf(ids, 20 * HOUR_MS, share + 5));
    await fillWaiting(database.dataSource, fillingOf(other, HOUR_MS, 3));
    const counts = await store.subscriptionCounts(ids.brandId, now - 24 * HOUR_MS);
    const full = { ...NOTHING, waiting: share, countIsExact: false };
    expect(counts).toContainEqual({ ...full, subscriptionId: ids.subscriptionId });
    expect(counts).toContainEqual({ ...NOTHING, subscriptionId: other.subscriptionId, waiting: 3 });
  });
});
