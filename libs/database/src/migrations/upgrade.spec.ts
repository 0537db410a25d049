import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { contractSchema } from '../connections/contract-schema.js';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { attemptsOf } from '../sql/attempts.js';
import { EARLIER_SCHEMAS, insertRows, openEarlierSchema, startOfToday } from '../testing/earlier-schemas.js';
import { testServers } from '../testing/open-test-database.js';

const ACTOR = { name: 'ops', keyId: null };
const COUNTED = [
  'brands',
  'sources',
  'subscriptions',
  'subscription_versions',
  'events',
  'ingest_keys',
  'deliveries',
  'replays',
  'api_keys',
];

describe.each(await testServers())('an upgrade on the %s PostgreSQL', (_name, server) => {
  let created: TestDatabase;
  let database: Database | undefined;
  beforeEach(async () => {
    created = await createTestDatabase(server === undefined ? {} : { server });
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await database?.close();
    database = undefined;
    await created.drop();
  });

  it.each(EARLIER_SCHEMAS.map((schema) => [schema.commit, schema] as const))(
    'from the schema of %s keeps all rows, and its deliveries continue',
    async (_commit, schema) => {
      const now = startOfToday();
      const before = await openEarlierSchema(schema, created.url);
      const rows = await insertRows(before, schema, now);
      const counts = async (source: Pick<typeof before, 'query'>): Promise<unknown> =>
        source.query(`SELECT ${COUNTED.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ')}`);
      const counted = await counts(before);
      await before.destroy();

      expect((await migrate(created.url)).length).toBeGreaterThan(0);
      expect(await contractSchema(created.url, ACTOR)).toMatchObject({
        newestBuild: 1,
        oldestBuild: 0,
        olderProcesses: [],
      });
      expect(await contractSchema(created.url, ACTOR)).toMatchObject({ oldestBuild: 1, contracting: [] });

      database = await openDatabase({ url: created.url, onError: () => undefined });
      const { dataSource, pgPool } = database;
      expect(await counts(dataSource)).toEqual(counted);
      expect(
        await dataSource.query(
          `SELECT state, external_id, vendor_status, counted_attempts FROM deliveries WHERE id = $1`,
          [rows.succeededId],
        ),
      ).toEqual([{ state: 'succeeded', external_id: 'msg-1', vendor_status: 'delivered', counted_attempts: 1 }]);
      expect(
        await dataSource.query(
          attemptsOf((id) => `${id} = $1`),
          [rows.succeededId],
        ),
      ).toMatchObject([{ number: 1, outcome: 'accepted' }]);
      expect(
        await dataSource.query(
          `SELECT paused, paused_by, paused_reason FROM destination_states WHERE destination_id = $1`,
          [rows.pausedDestinationId],
        ),
      ).toEqual([{ paused: true, paused_by: 'person', paused_reason: 'Holidays.' }]);
      expect(
        await dataSource.query(
          'SELECT DISTINCT event_id FROM customer_events WHERE brand_id = $1 AND customer_id = $2',
          [rows.brandId, 'c-1'],
        ),
      ).toHaveLength(2);
      const wanted = [{ destinationId: rows.destinationId, limit: 10, leaseMs: 60_000 }];
      const { deliveries } = await new PostgresDeliveryStore(pgPool).claim(wanted, now + 1_000);
      expect(deliveries.map(({ id }) => id)).toEqual([rows.waitingId]);
    },
    SERVICE_TIMEOUT_MS,
  );
});
