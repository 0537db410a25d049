import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  ownPgBouncer,
  SERVICE_TIMEOUT_MS,
  until,
  type TestDatabase,
} from '@patchbay/testing/services';
import { PgPool } from '../query/pg-pool.js';
import { migrate } from '../connections/migrate.js';
import { PostgresLocks } from './postgres-locks.js';

const never = new AbortController().signal;

describe('PostgresLocks', () => {
  let database: TestDatabase;
  const pools: PgPool[] = [];
  const errors: Error[] = [];

  beforeAll(async () => {
    database = await createTestDatabase({
      migrate: async (url) => {
        await migrate(url);
      },
    });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await database.drop();
  });

  /** Returns the locks of one simulated process. Two simulated processes share only the database. */
  function process(options: { leaseMs?: number; renewEveryMs?: number } = {}, url = database.url): PostgresLocks {
    const isPooled = url !== database.url;
    const pool = new PgPool({ url, isPooled, max: 2, onError: () => undefined });
    pools.push(pool);
    return new PostgresLocks(pool, { onError: (error) => errors.push(error), ...options });
  }
  const rows = async (): Promise<number> =>
    (await pools[0]?.query({ text: 'SELECT FROM locks', values: [] }))?.length ?? 0;

  it('runs one caller per key at a time across processes, and different keys concurrently', async () => {
    const processes = [process(), process(), process()];
    let inside = 0;
    let most = 0;
    let runs = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside -= 1;
      runs += 1;
    };
    await Promise.all(
      processes.map(async (locks) => {
        for (let turn = 0; turn < 8; turn += 1) await locks.run('customer', work, never);
      }),
    );
    expect([runs, most]).toEqual([24, 1]);

    let allMet = (): void => undefined;
    const met = new Promise<void>((resolve) => (allMet = resolve));
    let waiting = 0;
    const meet = (): Promise<void> => {
      waiting += 1;
      if (waiting === 2) allMet();
      return met;
    };
    await Promise.all(processes.slice(0, 2).map((locks, index) => locks.run(`key ${index}`, meet, never)));
    await until(async () => (await rows()) === 0, { what: 'all locks to be released' });
  });

  it('uses at most two connections per process, with any number of waiting callers', async () => {
    const [holder, waiter] = [process(), process()];
    let release = (): void => undefined;
    const done = new Promise<void>((resolve) => (release = resolve));
    const keys = Array.from({ length: 200 }, (_, index) => `many-${index}`);
    const holding = Promise.all(keys.map((key) => holder.run(key, () => done, never)));
    await until(async () => (await rows()) === 200, { what: 'all locks to be held' });
    let acquired = 0;
    const waited = Promise.all(
      keys.map((key) =>
        waiter.run(
          key,
          () => {
            acquired += 1;
            return Promise.resolve();
          },
          never,
        ),
      ),
    );
    const [{ n } = { n: 0 }] = (await pools[0]?.query<{ n: number }>({
      text: `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'patchbay-hot'`,
      values: [],
    })) ?? [{ n: 0 }];
    expect(n).toBeLessThanOrEqual(2 * pools.length);
    expect(acquired).toBe(0);
    release();
    await holding;
    await waited;
    expect(acquired).toBe(200);
  });

  it('holds a lock through PgBouncer in transaction mode, whose clients share a connection', async () => {
    const settings = { default_pool_size: '1', max_prepared_statements: '200' };
    const pooler = await ownPgBouncer({ databaseUrl: database.url, settings });
    if ('skipped' in pooler) return;
    const [holder, waiter] = [process({}, pooler.url), process({}, pooler.url)];
    const order: string[] = [];
    let release = (): void => undefined;
    const holding = holder.run('pooled', () => new Promise<void>((resolve) => (release = resolve)), never);
    await until(async () => (await rows()) === 1, { what: 'the lock to be held' });
    const waiting = waiter.run('pooled', () => Promise.resolve(order.push('waiter')), never);
    // The waiter asks for another lock after the first, so it has been refused once when it gets the other one.
    await waiter.run('free', () => Promise.resolve(order.push('free')), never);
    order.push('release');
    release();
    await Promise.all([holding, waiting]);
    expect(order).toEqual(['free', 'release', 'waiter']);
    await Promise.all(pools.splice(-2).map((pool) => pool.close()));
    await pooler.stop();
  });

  it('releases a lock if the work fails, and passes the failure on', async () => {
    const locks = process();
    await expect(locks.run('fails', () => Promise.reject(new Error('invented')), never)).rejects.toThrow('invented');
    expect(await locks.run('fails', () => Promise.resolve('again'), never)).toBe('again');
  });

  it('stops waiting when aborted', async () => {
    const [holder, waiter] = [process(), process()];
    let release = (): void => undefined;
    const holding = holder.run('busy', () => new Promise<void>((resolve) => (release = resolve)), never);
    await until(async () => (await rows()) === 1, { what: 'the lock to be held' });
    const stop = new AbortController();
    const waiting = waiter.run('busy', () => Promise.resolve(), stop.signal);
    stop.abort(new Error('timed out'));
    await expect(waiting).rejects.toThrow('timed out');
    release();
    await holding;
    await until(async () => (await rows()) === 0, { what: 'the lock to be released' });
  });

  it('renews a lock while its work runs, and frees it soon after its process died', async () => {
    const [alive, other] = [process({ leaseMs: 300, renewEveryMs: 50 }), process()];
    const order: string[] = [];
    const long = alive.run(
      'long',
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 900));
        order.push('first');
      },
      never,
    );
    await until(async () => (await rows()) === 1, { what: 'the lock to be held' });
    await Promise.all([long, other.run('long', () => Promise.resolve(order.push('second')), never)]);
    expect(order).toEqual(['first', 'second']);

    const dead = process({ leaseMs: 300, renewEveryMs: 60_000 });
    let end = (): void => undefined;
    const lost = dead.run('left', () => new Promise<void>((resolve) => (end = resolve)), never);
    await until(async () => (await rows()) === 1, { what: 'the lock to be held' });
    expect(await other.run('left', () => Promise.resolve('taken over'), never)).toBe('taken over');
    end();
    await lost;
    expect(errors).toEqual([]);
  });

  it('does not release a lock that another process has acquired', async () => {
    const [slow, next] = [process({ leaseMs: 100, renewEveryMs: 60_000 }), process()];
    let end = (): void => undefined;
    let endNext = (): void => undefined;
    const first = slow.run('handed', () => new Promise<void>((resolve) => (end = resolve)), never);
    await until(async () => (await rows()) === 1, { what: 'the lock to be held' });
    let taken = false;
    const second = next.run(
      'handed',
      () => {
        taken = true;
        return new Promise<void>((resolve) => (endNext = resolve));
      },
      never,
    );
    await until(() => taken, { what: 'the other process to acquire the lock' });
    end();
    await first;
    expect(await rows()).toBe(1);
    endNext();
    await second;
  });

  it('stores no key in plain text, because it may contain personal data', async () => {
    let text = '';
    await process().run(
      'person@example.com',
      async () => {
        text = JSON.stringify(await pools[0]?.query({ text: 'SELECT key FROM locks', values: [] }));
      },
      never,
    );
    expect(text).toMatch(/"key":"[0-9a-f-]{36}"/);
  });
});
