import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { olderPostgres, sharedPostgres } from './postgres-server.js';
import { createTestDatabase, SERVICE_TIMEOUT_MS } from './test-database.js';

const TIMEOUT = SERVICE_TIMEOUT_MS;

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

const older = await olderPostgres();
const withOlder = 'skipped' in older ? it.skip : it;

describe('createTestDatabase', () => {
  it(
    'gives each caller its own empty database',
    async () => {
      const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
      await ask(one.url, 'CREATE TABLE kept (id int)');
      expect(await ask(one.url, "SELECT to_regclass('kept')::text")).toEqual(['kept']);
      expect(await ask(other.url, "SELECT to_regclass('kept')::text")).toEqual([null]);
      await Promise.all([one.drop(), other.drop()]);
    },
    TIMEOUT,
  );

  it(
    'migrates once and copies the migrated database',
    async () => {
      let runs = 0;
      const migrate = async (url: string): Promise<void> => {
        runs += 1;
        await ask(url, 'CREATE TABLE migrated AS SELECT 7 AS lucky');
      };
      const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase({ migrate })));
      expect(runs).toBe(1);
      for (const { url, drop } of databases) {
        expect(await ask(url, 'SELECT lucky FROM migrated')).toEqual([7]);
        await drop();
      }
    },
    TIMEOUT,
  );

  it(
    'rejects with the error of a migration and leaves no template, so that the next call retries',
    async () => {
      let broken = true;
      const migrate = (): Promise<void> => (broken ? Promise.reject(new Error('no such column')) : Promise.resolve());
      await expect(createTestDatabase({ migrate })).rejects.toThrow('no such column');
      broken = false;
      await (await createTestDatabase({ migrate })).drop();
    },
    TIMEOUT,
  );

  it(
    'drops a database that is still in use',
    async () => {
      const database = await createTestDatabase();
      const client = new pg.Client({ connectionString: database.url });
      client.on('error', () => undefined);
      await client.connect();
      await database.drop();
      const name = new URL(database.url).pathname.slice(1);
      const { url } = await sharedPostgres();
      expect(await ask(url, `SELECT count(*)::int FROM pg_database WHERE datname = '${name}'`)).toEqual([0]);
      await client.end().catch(() => undefined);
    },
    TIMEOUT,
  );

  withOlder(
    'creates databases on an older PostgreSQL too',
    async () => {
      if ('skipped' in older) throw new Error(older.skipped);
      const database = await createTestDatabase({ server: older });
      const [version] = await ask(database.url, "SELECT current_setting('server_version_num')::int");
      expect(version).toBeGreaterThanOrEqual(150_000);
      expect(version).toBeLessThan(180_000);
      await database.drop();
    },
    TIMEOUT,
  );
});
