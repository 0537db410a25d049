import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, until, type TestDatabase } from '@patchbay/testing/services';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { ChangeNotices } from '../configuration/change-notices.js';
import { CONTRACTING_MIGRATIONS } from '../migrations/contracting/index.js';
import { contractSchema, readSchemaState } from './contract-schema.js';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';
import { SCHEMA_NUMBER } from './schema-compatibility.js';

const ACTOR = { name: 'ops', keyId: null };
const NAMES = CONTRACTING_MIGRATIONS.map((Migration) => new Migration().name);

describe('the schema during an upgrade', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const sessions: pg.Client[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    dataSource = createDataSource({ url: database.url, migrations: 'expanding', onError: () => undefined });
    await dataSource.initialize();
    // As a version without contracting migrations leaves it.
    await dataSource.runMigrations({ transaction: 'each' });
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.end();
    await dataSource.destroy();
    await database.drop();
  });

  /** Opens the session that a process of another version holds. */
  async function listen(name: string): Promise<pg.Client> {
    const session = new pg.Client({ connectionString: database.url, application_name: name });
    await session.connect();
    sessions.push(session);
    return session;
  }
  const executed = async (): Promise<string[]> =>
    (await dataSource.query<{ name: string }[]>('SELECT name FROM migrations')).map(({ name }) => name);
  const setBuilds = (newest: number, oldest: number) =>
    dataSource.query('UPDATE schema_compatibility SET newest_build = $1, oldest_build = $2', [newest, oldest]);

  it('is only expanded by a start, which records the build', async () => {
    expect(await migrate(database.url)).toEqual([]);
    expect(await readSchemaState(dataSource)).toEqual({
      ...{ newestBuild: SCHEMA_NUMBER, oldestBuild: 0, contracting: NAMES, olderProcesses: [] },
    });
  });

  it('is not contracted while a process without a number runs, and then by the command', async () => {
    const older = await listen('patchbay-listen');
    const refused = await contractSchema(database.url, ACTOR);
    expect(refused.olderProcesses).toEqual([{ build: 0, address: '127.0.0.1', connectedAt: expect.any(Date) }]);
    expect(await executed()).not.toContain(NAMES[0]);

    sessions.splice(0);
    await older.end();
    const notices = new ChangeNotices(database.url, () => undefined);
    const unsubscribe = await notices.subscribe(() => undefined);
    const { contracting, olderProcesses } = await contractSchema(database.url, ACTOR);
    await unsubscribe();
    expect([contracting, olderProcesses]).toEqual([NAMES, []]);
    expect(await executed()).toEqual(expect.arrayContaining([...NAMES]));
    expect(await readSchemaState(dataSource)).toMatchObject({ oldestBuild: 1, contracting: [] });
    expect(await dataSource.query('SELECT actor, action, after FROM audit_entries')).toEqual([
      { actor: 'ops', action: 'schema.contract', after: { migrations: NAMES } },
    ]);
  });

  it('is contracted at the next attempt, if statements that use two tables end the first one by a deadlock', async () => {
    const other = await listen('another program');
    await other.query('BEGIN');
    await other.query('SELECT FROM destinations');
    const contracting = contractSchema(database.url, ACTOR);
    const waiting = `SELECT FROM pg_locks WHERE relation = 'destinations'::regclass AND NOT granted`;
    await until(async () => (await dataSource.query<unknown[]>(waiting)).length > 0, { what: 'the migration to wait' });
    // Waits for the migration, which waits for this transaction. PostgreSQL ends the migration.
    await other.query('SELECT FROM destination_states');
    await other.query('COMMIT');
    expect(await contracting).toMatchObject({ contracting: NAMES, olderProcesses: [] });
    expect(await readSchemaState(dataSource)).toMatchObject({ contracting: [] });
  });

  it('refuses the start of a version that is too old, with the number that it needs', async () => {
    await setBuilds(SCHEMA_NUMBER + 2, SCHEMA_NUMBER + 1);
    await expect(migrate(database.url)).rejects.toThrow(
      `schema: the database needs a version of Patchbay with the schema number ${SCHEMA_NUMBER + 1} or higher, and this ` +
        `version has the number ${SCHEMA_NUMBER}. Start the version that migrated the database (schema number ${SCHEMA_NUMBER + 2})`,
    );
  });

  it('lets an older version start without migrating, if the database allows its number', async () => {
    await setBuilds(SCHEMA_NUMBER + 1, SCHEMA_NUMBER);
    await dataSource.query('DELETE FROM migrations WHERE name = $1', ['CapillaryDays1796990000000']);
    expect(await migrate(database.url)).toEqual([]);
    expect(await executed()).not.toContain('CapillaryDays1796990000000');
  });
});
