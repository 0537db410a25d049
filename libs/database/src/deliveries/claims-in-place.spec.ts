import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleEvent } from '../testing/event-fixtures.js';
import { PostgresDeliveryStore } from './postgres-delivery.store.js';

const COUNT = 500;

/** The tests use a separate database, because PostgreSQL counts updates per table and with a delay. */
describe.each(await testServers())('a claim on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeAll(async () => {
    database = await openTestDatabase(server);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());

  it('updates its rows as heap-only updates, without new index entries', async () => {
    const ids = await insertDestination(database.dataSource);
    const now = Date.now();
    // As if each delivery had failed before: the index of vendor codes has an entry for it.
    await database.dataSource.query(`ALTER TABLE deliveries_waiting ALTER COLUMN vendor_code SET DEFAULT '30007'`);
    const events = Array.from({ length: COUNT }, () => sampleEvent(ids, now));
    await new PostgresEventStore(database.pgPool).storeGroup(events);
    const requests = [{ destinationId: ids.destinationId, limit: COUNT, leaseMs: 60_000 }];
    const { deliveries } = await new PostgresDeliveryStore(database.pgPool).claim(requests, now);
    expect(deliveries).toHaveLength(COUNT);

    const countUpdates = (): Promise<unknown[]> =>
      database.dataSource.query(
        `SELECT n_tup_upd::int AS updated, n_tup_hot_upd::int AS "heapOnly" FROM pg_stat_user_tables
        WHERE relname = 'deliveries_waiting' AND n_tup_upd > 0`,
      );
    await until(async () => (await countUpdates()).length > 0, { what: 'PostgreSQL to count the updates' });
    expect(await countUpdates()).toEqual([{ updated: COUNT, heapOnly: COUNT }]);
  });
});
