import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { MissingPartitions } from '../partitions/missing-partitions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleEvent } from '../testing/event-fixtures.js';
import { PostgresDeliveryStore } from './postgres-delivery.store.js';

const COUNT = 500;

/** In a database of its own: PostgreSQL counts rewrites by table, and some time after they were made. */
describe.each(await testServers())('a claim on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeAll(async () => {
    database = await openTestDatabase(server);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());

  it('rewrites its rows in their place, and no index hears of it', async () => {
    const ids = await insertDestination(database.dataSource);
    const partitions = new MissingPartitions(database.dataSource);
    const now = Date.now();
    const events = Array.from({ length: COUNT }, () => sampleEvent(ids, now));
    await new PostgresEventStore(database.pgPool, partitions).storeGroup(0, events);
    const wanted = [{ destinationId: ids.destinationId, limit: COUNT, leaseMs: 60_000 }];
    const { deliveries } = await new PostgresDeliveryStore(database.pgPool, partitions).claim(wanted, now);
    expect(deliveries).toHaveLength(COUNT);

    const counted = (): Promise<unknown[]> =>
      database.dataSource.query(
        `SELECT n_tup_upd::int AS rewritten, n_tup_hot_upd::int AS "inPlace" FROM pg_stat_user_tables
        WHERE relname = 'deliveries_waiting' AND n_tup_upd > 0`,
      );
    await until(async () => (await counted()).length > 0, { what: 'PostgreSQL to count them' });
    expect(await counted()).toEqual([{ rewritten: COUNT, inPlace: COUNT }]);
  });
});
