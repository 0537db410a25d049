import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { uuidV7 } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import pg from 'pg';
import { openTestDatabase } from '../testing/open-test-database.js';
import { openTestPool, type TestPool } from '../testing/open-test-pool.js';
import { PgPool } from './pg-pool.js';

describe('PgPool', () => {
  let opened: TestPool;
  let pool: PgPool;

  beforeAll(async () => {
    opened = await openTestPool();
    ({ pool } = opened);
  }, SERVICE_TIMEOUT_MS);
  afterEach(() => {
    jest.useRealTimers();
  });
  afterAll(() => opened.close());

  async function connection(): Promise<number | undefined> {
    const [row] = await pool.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid', values: [] });
    return row?.pid;
  }
  async function failure(running: Promise<unknown>): Promise<Error> {
    const error: unknown = await running.catch((thrown: unknown) => thrown);
    if (error instanceof Error) return error;
    throw new Error('the statement succeeded');
  }

  it('creates a missing partition also after as many conflicts as attempts are allowed for partitions', async () => {
    const database = await openTestDatabase();
    const failures = ['40P01', '40001', '40P01', '23514'];
    const run = async (): Promise<string> => {
      const code = failures.shift();
      if (code === undefined) return 'done';
      const text = `DO $$ BEGIN RAISE EXCEPTION 'invented' USING ERRCODE = '${code}'; END $$`;
      await database.pgPool.transaction((transaction) => transaction.query({ text, values: [] }));
      return 'not reached';
    };
    const row = { id: uuidV7(Date.UTC(2031, 3, 5)), retentionDays: 30 } as const;
    expect(await database.pgPool.retry(run, () => [row])).toBe('done');
    const text = "SELECT count(*)::int AS found FROM pg_class WHERE relname = 'events_d30_20310405'";
    expect(await database.pgPool.query({ text, values: [] })).toEqual([{ found: 1 }]);
    await database.close();
  });

  it('returns rows as objects, for statements with and without a name', async () => {
    const text = 'SELECT n, $2::text AS word FROM generate_series(1, $1::int) AS n';
    const rows = [1, 2].map((n) => ({ n, word: 'some "quoted" text' }));
    expect(await pool.query({ text, values: [2, 'some "quoted" text'] })).toEqual(rows);
    expect(await pool.query({ name: 'named', text, values: [2, 'some "quoted" text'] })).toEqual(rows);
    expect(await pool.query({ name: 'named', text, values: [0, ''] })).toEqual([]);
  });

  it('prepares a named statement once per connection, and never an unnamed one', async () => {
    const text = 'SELECT count(*)::int AS n FROM pg_prepared_statements WHERE name = $1 OR statement = $2';
    const values = ['counted', 'SELECT $1::int AS unnamed'];
    await pool.query({ text: 'SELECT $1::int AS unnamed', values: [1] });
    for (let n = 0; n < 3; n++) expect(await pool.query({ name: 'counted', text, values })).toEqual([{ n: 1 }]);
  });

  it('reports the durations of prepared statements, also in a transaction, and no others', async () => {
    const reported: string[] = [];
    pool.onStatement((name, durationMs) => reported.push(`${name} ${durationMs >= 0}`));
    await pool.query({ name: 'one', text: 'SELECT 1', values: [] });
    await pool.query({ text: 'SELECT 1', values: [] });
    await pool.transaction((transaction) => transaction.query({ name: 'two', text: 'SELECT 2', values: [] }));
    await expect(pool.query({ name: 'wrong', text: 'SELECT 1 / 0', values: [] })).rejects.toThrow(/division/);
    expect(reported).toEqual(['one true', 'two true']);
  });

  it('keeps a connection after a statement error, and adds the caller to the stack', async () => {
    const before = await connection();
    async function callingFunction(): Promise<void> {
      await pool.query({ name: 'refused', text: 'SELECT 1 / $1::int', values: [0] });
    }
    const error = await failure(callingFunction());
    expect(error).toBeInstanceOf(pg.DatabaseError);
    expect(error).toMatchObject({ code: '22012', message: 'division by zero' });
    expect(error.stack).toMatch(/division by zero[^]*callingFunction/);
    expect(await connection()).toBe(before);
    expect(await pool.query({ name: 'refused', text: 'SELECT 1 / $1::int', values: [1] })).toHaveLength(1);
  });

  it('closes a connection that breaks in use', async () => {
    const before = await connection();
    const error = await failure(pool.query({ text: 'SELECT pg_terminate_backend(pg_backend_pid())', values: [] }));
    expect(error).toMatchObject({ code: '57P01' });
    expect(await connection()).not.toBe(before);
  });

  it('connects again if the event loop was blocked for longer than the time limit of a connection', async () => {
    const blocked = new PgPool({ url: opened.url, onError: () => undefined });
    const rows = blocked.query({ text: 'SELECT 1 AS n', values: [] });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_500);
    expect(await rows).toEqual([{ n: 1 }]);
    await blocked.close();
  });

  it('closes a connection that does not answer in time', async () => {
    const before = await connection();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    const error = failure(pool.query({ text: 'SELECT pg_sleep(20)', values: [] }));
    while (pool.usage.idle > 0) await new Promise(setImmediate);
    await jest.advanceTimersByTimeAsync(35_000);
    jest.useRealTimers();
    expect((await error).message).toBe('Query read timeout');
    expect(await connection()).not.toBe(before);
  });
});
