import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, until, type TestDatabase } from '@patchbay/testing/services';
import type { DataSource, QueryRunner } from 'typeorm';
import { testServers } from '../testing/open-test-database.js';
import { ADVISORY_LOCKS } from './advisory-locks.js';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';
import { withMigrationLock } from './migration-lock.js';

/**
 * Differences between schema and entities that entities cannot express: check constraints and defaults for existing
 * rows.
 */
const UNKNOWN_TO_ENTITIES = /DROP CONSTRAINT "\w+_check"$|DROP DEFAULT$/;

const DECISION = new URL('../../../../docs/decisions/0061-typeorm-for-all-but-hot-paths.md', import.meta.url);

/** Returns the tables for which decision 0061 prescribes a kind of access. */
function tablesOf(access: 'TypeORM' | 'SQL'): readonly string[] {
  return [...readFileSync(DECISION, 'utf8').matchAll(/^\| (`.*`) +\| (\w+) +\|/gm)].flatMap(([, names = '', found]) =>
    found === access ? [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name) : [],
  );
}

describe.each(await testServers())('migrations on the %s PostgreSQL', (_name, server) => {
  let testDatabase: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    testDatabase = await createTestDatabase(server === undefined ? {} : { server });
    dataSource = createDataSource({ url: testDatabase.url, onError: () => undefined });
    await dataSource.initialize();
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await dataSource.destroy();
    await testDatabase.drop();
  });

  const tables = async (): Promise<string[]> => {
    const rows = await dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('run once, even if several hubs start together', async () => {
    const ran = await Promise.all([migrate(testDatabase.url), migrate(testDatabase.url), migrate(testDatabase.url)]);
    const names = ran.flat();
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
    expect(ran.filter((some) => some.length > 0)).toHaveLength(1);
    expect(await migrate(testDatabase.url)).toEqual([]);
    expect(await tables()).toContain('deliveries_waiting');
  });

  it('create the schema that the entities describe', async () => {
    await migrate(testDatabase.url);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    const queries = upQueries.map(({ query }) => query);
    expect(queries.filter((query) => !UNKNOWN_TO_ENTITIES.test(query))).toEqual([]);
  });

  it('create the tables that decision 0061 lists', async () => {
    await migrate(testDatabase.url);
    const withEntity = dataSource.entityMetadatas.map(({ tableName }) => tableName);
    expect([...tablesOf('TypeORM')].sort()).toEqual([...withEntity, 'migrations'].sort());
    const partition = /_d\d+$/;
    const others = (await tables()).filter((name) => !withEntity.includes(name) && name !== 'migrations');
    expect(others.filter((name) => !partition.test(name))).toEqual([...tablesOf('SQL')].sort());
  });

  it(
    'can be reverted one by one until the schema is empty',
    async () => {
      const names = await migrate(testDatabase.url);
      for (let left = names.length; left > 0; left -= 1) await dataSource.undoLastMigration();
      expect(await tables()).toEqual(['migrations']);
      expect(await migrate(testDatabase.url)).toEqual(names);
    },
    SERVICE_TIMEOUT_MS,
  );

  it('roll back a migration that fails, and resume with it', async () => {
    await dataSource.query('CREATE TABLE ingest_keys (odd int)');
    await expect(migrate(testDatabase.url)).rejects.toThrow(/ingest_keys/);
    expect((await tables()).filter((name) => name !== 'migrations')).toEqual(['ingest_keys']);
    await dataSource.query('DROP TABLE ingest_keys');
    expect((await migrate(testDatabase.url)).length).toBeGreaterThan(0);
  });

  const oldestBuild = async (): Promise<unknown> =>
    (await dataSource.query<{ oldest_build: number }[]>('SELECT oldest_build FROM schema_compatibility'))[0]
      ?.oldest_build;

  it('raise the oldest build with the first contraction of an empty database, even if a later migration fails', async () => {
    await dataSource.query('CREATE TABLE people (odd int)');
    await expect(migrate(testDatabase.url)).rejects.toThrow(/people/);
    expect(await tables()).not.toContain('circuit_breakers');
    expect(await oldestBuild()).toBe(1);
  });

  it('raise the oldest build if contracting migrations ran without it', async () => {
    await migrate(testDatabase.url);
    await dataSource.query('UPDATE schema_compatibility SET oldest_build = 0');
    await migrate(testDatabase.url);
    expect(await oldestBuild()).toBe(1);
  });

  describe('if another session holds the lock for migrations', () => {
    let other: QueryRunner;

    beforeEach(async () => {
      other = dataSource.createQueryRunner();
      await other.query(`SELECT pg_advisory_lock(${ADVISORY_LOCKS.migrate})`);
    });
    afterEach(() => other.release());
    const unlock = () => other.query(`SELECT pg_advisory_unlock(${ADVISORY_LOCKS.migrate})`);

    it('report the session, and run when it releases the lock', async () => {
      const onLockHeld = jest.fn();
      const migrating = migrate(testDatabase.url, { reportEveryMs: 100, onLockHeld });
      await until(() => onLockHeld.mock.calls.length > 1, { what: 'two reports', timeoutMs: 60_000 });
      const [{ pid } = { pid: 0 }] = await other.manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
      expect(onLockHeld).toHaveBeenLastCalledWith({ pid, application: 'patchbay', address: '127.0.0.1' });
      await unlock();
      expect((await migrating).length).toBeGreaterThan(0);
    });

    it('fail with the session and the fix if it keeps the lock', async () => {
      await expect(migrate(testDatabase.url, { lockWaitMs: 300 })).rejects.toThrow(
        /^migrations: the session with the process id (\d+) \(patchbay, from 127\.0\.0\.1\) has held .* run SELECT pg_terminate_backend\(\1\)\.$/,
      );
      await unlock();
    });
  });

  it('release the lock for migrations, even if the pool keeps the session', async () => {
    await migrate(testDatabase.url);
    const session = dataSource.createQueryRunner();
    await withMigrationLock(dataSource, {}, () => Promise.resolve());
    await expect(withMigrationLock(dataSource, {}, () => Promise.reject(new Error('invented')))).rejects.toThrow(
      'invented',
    );
    const held = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    expect(await session.manager.query(held)).toEqual([]);
    await session.release();
  });

  describe('if another transaction holds a lock', () => {
    const onLockTimeout = jest.fn();
    const impatient = { lockTimeoutMs: 100, pauseMs: 200, onLockTimeout };
    let other: QueryRunner;

    beforeEach(async () => {
      onLockTimeout.mockClear();
      other = dataSource.createQueryRunner();
      await other.startTransaction();
      // The first migration first creates a table of this name, so it waits for the end of the transaction.
      await other.query('CREATE TABLE configuration ()');
    });
    afterEach(() => other.release());

    it(
      'are attempted again until they get the lock',
      async () => {
        const migrating = migrate(testDatabase.url, impatient);
        await until(() => onLockTimeout.mock.calls.length > 1, { what: 'two lock timeouts', timeoutMs: 60_000 });
        await other.rollbackTransaction();
        expect((await migrating).length).toBeGreaterThan(0);
      },
      SERVICE_TIMEOUT_MS,
    );

    it(
      'fail after the last attempt',
      async () => {
        const failing = migrate(testDatabase.url, { ...impatient, maxAttempts: 2 });
        await expect(failing).rejects.toMatchObject({ code: '55P03' });
        expect(onLockTimeout).toHaveBeenCalledTimes(1);
        await other.rollbackTransaction();
        expect((await migrate(testDatabase.url)).length).toBeGreaterThan(0);
      },
      SERVICE_TIMEOUT_MS,
    );
  });
});
