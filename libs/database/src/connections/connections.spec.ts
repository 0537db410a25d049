import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import pg from 'pg';
import { ChangeNotices } from '../configuration/change-notices.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { listenerName } from './older-processes.js';
import { SCHEMA_NUMBER } from './schema-compatibility.js';

const LISTENER = listenerName(SCHEMA_NUMBER);
/**
 * Maximum number of connections per application name. A process may have 20 connections; the queue uses the other 5 if
 * it runs on PostgreSQL.
 */
const MOST = { 'patchbay-hot': 10, patchbay: 4, [LISTENER]: 1 };
const GATE = 4_711;

describe('a process’s connections', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let observer: pg.Client;

  beforeAll(async () => {
    database = await openTestDatabase();
    observer = new pg.Client({ connectionString: database.url });
    await observer.connect();
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await observer.end();
    await database.close();
  });

  async function open(where = 'true'): Promise<Record<string, number>> {
    const { rows } = await observer.query<{ name: string; n: number }>(
      `SELECT application_name AS name, count(*)::int AS n FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${where} GROUP BY 1`,
    );
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
  }

  it('number at most fifteen under any load, and every request is answered', async () => {
    const notices = new ChangeNotices(database.url, () => undefined);
    const unsubscribe = await Promise.all(Array.from({ length: 3 }, () => notices.subscribe(() => undefined)));
    await observer.query('SELECT pg_advisory_lock($1)', [GATE]);
    const text = 'SELECT pg_advisory_xact_lock_shared($1), 1 AS one';
    const asked = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0
        ? database.pgPool.query<{ one: number }>({ text, values: [GATE] })
        : database.dataSource.query<{ one: number }[]>(text, [GATE]),
    );
    const stuck = { 'patchbay-hot': MOST['patchbay-hot'], patchbay: MOST.patchbay };
    await until(
      async () => {
        expect(await open(`wait_event_type = 'Lock'`)).toEqual(stuck);
        return true;
      },
      { what: 'both pools to be full' },
    );
    expect(await open()).toEqual(MOST);
    await observer.query('SELECT pg_advisory_unlock($1)', [GATE]);
    const answers = await Promise.all(asked);
    expect(answers.flat().filter(({ one }) => one === 1)).toHaveLength(60);
    expect(await open()).toEqual(MOST);
    for (const stop of unsubscribe) await stop();
    await until(async () => (await open())[LISTENER] === undefined, {
      what: 'the listening connection to close',
    });
  });
});
