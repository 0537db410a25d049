import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, olderPostgres, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { PostgresReadStore } from './postgres-read.store.js';

const older = await olderPostgres();
const servers = [['embedded', undefined] as const, ...('skipped' in older ? [] : [['older', older] as const])];

describe.each(servers)('PostgresReadStore on the %s PostgreSQL', (_name, server) => {
  let testDatabase: TestDatabase;
  let database: Database;
  let store: PostgresReadStore;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({
      migrate: async (url) => {
        await migrate(url);
      },
      ...(server === undefined ? {} : { server }),
    });
    database = await openDatabase({ url: testDatabase.url, onError: () => undefined });
    store = new PostgresReadStore(database.dataSource);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  it('finds nothing where there is nothing, whatever is asked', async () => {
    const page = { limit: 10, cursor: null };
    const nothing = { data: [], nextCursor: null };
    const brand = randomUUID();
    expect(await store.events(brand, {}, page)).toEqual(nothing);
    expect(
      await store.events(brand, { type: 'a', customer: 'b', status: 'quarantined', from: 1, to: 9e12 }, page),
    ).toEqual(nothing);
    expect(await store.deliveries(brand, {}, page)).toEqual(nothing);
    for (const status of ['held', 'scheduled', 'dead'] as const) {
      const all = { status, destination: 'a', subscription: 'b', eventType: 'c', customer: 'd', errorKind: 'e' };
      expect(await store.deliveries(brand, all, page)).toEqual(nothing);
    }
    expect(await store.event(brand, randomUUID())).toBeNull();
    expect(await store.delivery(brand, 'no id')).toBeNull();
    expect(await store.deliveriesOfEvent(brand, randomUUID())).toEqual([]);
    expect((await store.stats(Date.now(), [brand])).destinations).toEqual([]);
  });
});
