import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidV7 } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { migrate } from '../connections/migrate.js';
import { ensurePartitions } from '../partitions/ensure-partitions.js';
import { partitionDayOf } from '../partitions/daily-partitions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleIds } from '../testing/event-fixtures.js';
import { FewerIndexEntries1795870000000 } from './1795870000000-fewer-index-entries.js';

const { name: NAME } = new FewerIndexEntries1795870000000();
const AT = Date.UTC(2026, 10, 24);

describe.each(await testServers())('the fewer-index-entries migration on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeEach(async () => {
    database = await openTestDatabase(server);
    await database.dataSource.transaction(async (manager) => {
      await ensurePartitions(manager, [partitionDayOf(uuidV7(AT), 30), partitionDayOf(uuidV7(AT), 90)]);
    });
  }, SERVICE_TIMEOUT_MS);
  afterEach(() => database.close());

  const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => database.dataSource.query(text, values);

  /** Reverts migrations down to the schema before the tested migration. */
  async function revert(): Promise<void> {
    const names = async (): Promise<string[]> =>
      (await sql<{ name: string }>('SELECT name FROM migrations')).map(({ name }) => name);
    while ((await names()).includes(NAME)) await database.dataSource.undoLastMigration();
  }

  /**
   * Stores an event in the old schema. `named` are the customers that the event names; the first of them may have been
   * erased since.
   */
  async function stored(retentionDays: 30 | 90, customerId: string | null, named: readonly string[]): Promise<string> {
    const id = uuidV7(AT);
    const { brandId, sourceId } = sampleIds();
    await sql(
      `INSERT INTO events (
        id, retention_days, brand_id, source_id, config_revision, type, source_event_id, customer_id, occurred_at,
        received_at, attributes, data
      ) VALUES ($1, $2, $3, $4, 0, 'pointsIssued', '', $5, now(), now(), '{}', '{}')`,
      [id, retentionDays, brandId, sourceId, customerId],
    );
    await sql(
      `INSERT INTO event_customers (brand_id, customer_id, event_id, retention_days)
      SELECT $1::uuid, customer_id, $2::uuid, $3::smallint FROM unnest($4::text[]) AS customer_id`,
      [brandId, id, retentionDays, named],
    );
    return id;
  }

  it('adds the other customers to existing events', async () => {
    await revert();
    const wanted = new Map([
      [await stored(30, 'anna', ['anna']), null],
      [await stored(30, null, []), null],
      [await stored(30, 'anna', ['berta', 'anna', 'carla']), ['berta', 'carla']],
      [await stored(90, null, ['berta']), ['berta']],
    ]);
    expect(await migrate(database.url)).toContain(NAME);
    const rows = await sql<{ id: string; others: string[] | null }>(
      'SELECT id, other_customer_ids AS others FROM events',
    );
    expect(new Map(rows.map(({ id, others }) => [id, others]))).toEqual(wanted);
  });

  it('resumes after a failure and keeps the committed statements', async () => {
    await revert();
    const id = await stored(30, 'anna', ['anna', 'berta']);
    await sql('DROP INDEX events_brand_idx');
    await sql('CREATE VIEW events_brand_idx AS SELECT 1 AS in_the_way');
    await expect(migrate(database.url)).rejects.toThrow(/events_brand_idx/);
    await sql('DROP VIEW events_brand_idx');
    expect(await migrate(database.url)).toContain(NAME);
    expect(await sql('SELECT id, other_customer_ids AS others FROM events')).toEqual([{ id, others: ['berta'] }]);
    const keys = await sql<{ key: string }>(
      `SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint WHERE conrelid = 'events'::regclass AND contype = 'p'`,
    );
    expect(keys).toEqual([{ key: 'PRIMARY KEY (brand_id, id, retention_days)' }]);
  });
});
