import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownPostgres, ownStandby, SERVICE_TIMEOUT_MS, until, type OwnPostgres } from '@patchbay/testing/services';
import { createServer, connect, type AddressInfo } from 'node:net';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../connections/data-source.js';
import { PgPool, type PgRunner, type PgStatement } from '../query/pg-pool.js';
import { ListReads, type ReadOutcome } from './list-reads.js';
import { Replica, type ReplicaOptions } from './replica.js';
import type { ReplicaStatus } from './replica-status.js';

const ignore = (): void => undefined;
const count = async (source: DataSource): Promise<number> =>
  (await source.query<{ n: number }[]>('SELECT count(*)::int AS n FROM kept'))[0]?.n ?? 0;

describe('Replica', () => {
  let primary: OwnPostgres;
  let standby: OwnPostgres;
  let pool: PgPool;
  let source: DataSource;
  let replica: Replica;
  let changes: ReplicaStatus['state'][];
  let outcomes: ReadOutcome[];

  const run = (text: string) => pool.query({ text, values: [] });
  const onStandby = async (text: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: standby.url });
    client.on('error', ignore);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  const open = (options: Partial<ReplicaOptions> = {}) =>
    new Replica({
      ...{ url: standby.url, primary: pool, max: 2, maxLagMs: 60_000 },
      onChange: ({ state }) => {
        if (changes.at(-1) !== state) changes.push(state);
      },
      ...options,
    });
  const reads = () => {
    const lists = new ListReads(source, replica, (of) => of);
    lists.onRead((outcome) => outcomes.push(outcome));
    return lists;
  };
  /** Measures until the replica has the given state. */
  const reach = (state: ReplicaStatus['state']) =>
    until(async () => (await replica.measure(), replica.status.state === state), { what: `the state ${state}` });

  beforeAll(async () => {
    primary = await ownPostgres();
    pool = new PgPool({ url: primary.url, max: 2, onError: ignore });
    source = createDataSource({ url: primary.url, migrations: [], onError: ignore });
    await source.initialize();
    await run('CREATE TABLE kept AS SELECT 1 AS n');
    standby = await ownStandby(primary);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await pool.close();
    await source.destroy();
    await standby.kill();
    await primary.kill();
  });
  beforeEach(() => {
    [changes, outcomes] = [[], []];
    replica = open();
  });
  afterEach(() => replica.close());

  it('answers lists without lag while it follows, also if the primary is idle', async () => {
    await reach('in_use');
    await until(
      async () => {
        const begun = performance.now();
        await replica.measure();
        const { lagMs } = replica.status;
        return lagMs !== null && lagMs <= performance.now() - begun;
      },
      { what: 'no lag except the time since the measurement' },
    );
    expect(await reads().read(count)).toEqual({ value: 1, lagMs: expect.any(Number) });
    expect(outcomes).toEqual(['replica']);
    expect(changes).toEqual(['in_use']);
  });

  it('answers old data with its lag, except to a client that knows a newer position', async () => {
    await reach('in_use');
    await onStandby('SELECT pg_wal_replay_pause()');
    try {
      await run('INSERT INTO kept VALUES (2)');
      const [row] = await pool.query<{ after: string }>({
        text: 'SELECT pg_current_wal_flush_lsn()::text AS after',
        values: [],
      });
      await replica.measure();
      const old = await reads().read(count);
      expect(old.value).toBe(1);
      expect(old.lagMs).toBeGreaterThan(0);
      expect(await reads().read(count, row?.after)).toEqual({ value: 2, lagMs: null });
      expect(outcomes).toEqual(['replica', 'primary']);
    } finally {
      await onStandby('SELECT pg_wal_replay_resume()');
      await run('DELETE FROM kept WHERE n = 2');
    }
  });

  it('is left out while it is further behind than allowed, and is used again afterwards', async () => {
    await replica.close();
    replica = open({ maxLagMs: 1_000 });
    await reach('in_use');
    await onStandby('SELECT pg_wal_replay_pause()');
    await run('INSERT INTO kept VALUES (2)');
    await until(async () => (await replica.measure(), changes.includes('behind')), { what: 'the state behind' });
    expect(replica.status.lagMs).toBeGreaterThan(1_000);
    expect(await reads().read(count)).toEqual({ value: 2, lagMs: null });
    await onStandby('SELECT pg_wal_replay_resume()');
    await reach('in_use');
    await run('DELETE FROM kept WHERE n = 2');
    expect(changes).toEqual(['in_use', 'behind', 'in_use']);
  });

  it('repeats a read on the primary that the replay cancels', async () => {
    await onStandby('ALTER SYSTEM SET max_standby_streaming_delay = 0');
    await onStandby('SELECT pg_reload_conf()');
    await reach('in_use');
    const slow = 'SELECT CASE WHEN pg_is_in_recovery() THEN pg_sleep(60)::text END AS slept, 7 AS n FROM kept';
    const states: unknown[] = [];
    const reading = reads().read(async (of) => {
      try {
        return await of.query<unknown[]>(slow);
      } catch (error) {
        states.push(error);
        throw error;
      }
    });
    const running = `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND wait_event = 'PgSleep'`;
    await until(async () => (await onStandby(running)).length > 0, { what: 'the read on the standby' });
    await run('ALTER TABLE kept ADD COLUMN IF NOT EXISTS added int');
    expect(await reading).toEqual({ value: [{ slept: null, n: 7 }], lagMs: null });
    expect(outcomes).toEqual(['repeated']);
    expect(states).toMatchObject([{ code: '40001', message: expect.stringContaining('conflict with recovery') }]);
  });

  it('leaves reads to the primary while the standby is away', async () => {
    await reach('in_use');
    await standby.kill();
    expect(await reads().read(count)).toEqual({ value: 1, lagMs: null });
    await replica.measure();
    expect(replica.status.state).toBe('unavailable');
    expect(await reads().read(count)).toEqual({ value: 1, lagMs: null });
    expect(outcomes).toEqual(['repeated', 'primary']);
    await until(async () => (await replica.measure(), replica.status.reason?.includes('(ECONNREFUSED)') === true), {
      what: 'the code of the error',
    });
    await standby.restart();
    await reach('in_use');
    expect(changes).toEqual(['in_use', 'unavailable', 'in_use']);
  });

  it('refuses a server that is not a standby of the database', async () => {
    await replica.close();
    replica = open({ url: primary.url });
    await reach('unsuitable');
    expect(replica.status.reason).toMatch(/not a hot standby/);
    await replica.close();
    replica = open({ url: standby.url.replace(/\/patchbay$/, '/postgres') });
    await reach('unsuitable');
    expect(replica.status.reason).toMatch(/not a standby of the database/);
    await replica.close();
    replica = open({ url: standby.url.replace(/\/patchbay$/, '/missing') });
    await replica.measure();
    expect(replica.status).toMatchObject({ state: 'unavailable', reason: expect.stringContaining('(3D000)') });
    expect(await reads().read(count)).toEqual({ value: 1, lagMs: null });
  });

  it('does not use a standby with another history, until the standby moves', async () => {
    let old: string | null = null;
    const replaced: PgRunner = {
      query: async <Row extends pg.QueryResultRow>(statement: PgStatement) => {
        const rows = await pool.query<Row>(statement);
        return old === null ? rows : rows.map((row) => ({ ...row, position: old }));
      },
    };
    await replica.close();
    replica = open({ primary: replaced });
    await reach('in_use');
    await onStandby('SELECT pg_wal_replay_pause()');
    await replica.measure();
    old = '0/1';
    await reach('unsuitable');
    old = null;
    await replica.measure();
    expect(replica.status.reason).toMatch(/changes that the primary does not have/);
    await onStandby('SELECT pg_wal_replay_resume()');
    await run('CREATE TABLE moved ()');
    await reach('in_use');
  });

  it('does not use a measurement that became too old', async () => {
    await replica.close();
    replica = open({ maxLagMs: 200 });
    await reach('in_use');
    await until(() => Promise.resolve(replica.status.state === 'behind'), { what: 'the age of the measurement' });
    expect(replica.status.lagMs).toBeGreaterThan(200);
    expect(replica.connections(null)).toBeNull();
    expect(changes.at(-1)).toBe('in_use');
  });

  it('refuses an address that leads to several servers', async () => {
    const [first, ...others] = [standby, primary].map(({ url }) => Number(new URL(url).port));
    let connections = 0;
    const balancer = createServer((socket) => {
      const server = connect({ host: '127.0.0.1', port: (connections++ === 0 ? first : others[0]) ?? 0 });
      for (const [from, to] of [
        [socket, server],
        [server, socket],
      ] as const) {
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => void balancer.listen(0, '127.0.0.1', resolve));
    try {
      const url = new URL(standby.url);
      url.host = `127.0.0.1:${(balancer.address() as AddressInfo).port}`;
      await replica.close();
      replica = open({ url: url.href });
      await reach('unsuitable');
      expect(replica.status.reason).toMatch(/leads to several servers/);
      expect(await reads().read(count)).toEqual({ value: 1, lagMs: null });
    } finally {
      await replica.close();
      replica = open();
      await new Promise((resolve) => balancer.close(resolve));
    }
  });

  it('throws errors of the caller without a second read', async () => {
    await reach('in_use');
    const wrong = new Error('wrong cursor');
    await expect(reads().read(() => Promise.reject(wrong))).rejects.toBe(wrong);
    expect(outcomes).toEqual([]);
  });

  it('limits statements to less than the primary, which repeats a statement that exceeds the limit', async () => {
    await reach('in_use');
    const limits = (of: DataSource) =>
      of.query<unknown[]>(
        `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock`,
      );
    expect((await reads().read(limits)).value).toEqual([{ statement: '10s', lock: '2s' }]);
    expect(await limits(source)).toEqual([{ statement: '1min', lock: '0' }]);
    const slow = 'SELECT CASE WHEN pg_is_in_recovery() THEN pg_sleep(60)::text END AS slept';
    const states: unknown[] = [];
    const reading = reads().read((of) =>
      of.transaction(async (manager) => {
        await manager.query('SET LOCAL statement_timeout = 1');
        return manager.query<unknown[]>(slow).catch((error: unknown) => {
          states.push(error);
          throw error;
        });
      }),
    );
    expect(await reading).toEqual({ value: [{ slept: null }], lagMs: null });
    expect(states).toMatchObject([{ code: '57014' }]);
    expect(outcomes).toEqual(['replica', 'repeated']);
  });
});
