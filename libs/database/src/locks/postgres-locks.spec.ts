import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, until, type TestDatabase } from '@patchbay/testing/services';
import { PgPool } from '../connections/pg-pool.js';
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

  /** The locks of one process: two of these share nothing but the database. */
  function process(options: { leaseMs?: number; renewEveryMs?: number } = {}): PostgresLocks {
    const pool = new PgPool({ url: database.url, max: 2, onError: () => undefined });
    pools.push(pool);
    return new PostgresLocks(pool, { onError: (error) => errors.push(error), ...options });
  }
  const rows = async (): Promise<number> =>
    (await pools[0]?.query({ text: 'SELECT FROM locks', values: [] }))?.length ?? 0;

  it('runs one at a time for a key in all processes, and different keys side by side', async () => {
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

    let both = (): void => undefined;
    const met = new Promise<void>((resolve) => (both = resolve));
    let waiting = 0;
    const meet = (): Promise<void> => {
      waiting += 1;
      if (waiting === 2) both();
      return met;
    };
    await Promise.all(processes.slice(0, 2).map((locks, index) => locks.run(`key ${index}`, meet, never)));
    await until(async () => (await rows()) === 0, { what: 'all locks to be released' });
  });

  it('holds two connections, however many wait', async () => {
    const [holder, waiter] = [process(), process()];
    let free = (): void => undefined;
    const done = new Promise<void>((resolve) => (free = resolve));
    const keys = Array.from({ length: 200 }, (_, index) => `many-${index}`);
    const holding = Promise.all(keys.map((key) => holder.run(key, () => done, never)));
    await until(async () => (await rows()) === 200, { what: 'all to be held' });
    let got = 0;
    const waited = Promise.all(
      keys.map((key) =>
        waiter.run(
          key,
          () => {
            got += 1;
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
    expect(got).toBe(0);
    free();
    await holding;
    await waited;
    expect(got).toBe(200);
  });

  it('releases a lock if the work fails, and passes the failure on', async () => {
    const locks = process();
    await expect(locks.run('fails', () => Promise.reject(new Error('invented')), never)).rejects.toThrow('invented');
    expect(await locks.run('fails', () => Promise.resolve('again'), never)).toBe('again');
  });

  it('stops waiting when aborted', async () => {
    const [holder, waiter] = [process(), process()];
    let free = (): void => undefined;
    const holding = holder.run('busy', () => new Promise<void>((resolve) => (free = resolve)), never);
    await until(async () => (await rows()) === 1, { what: 'it to be held' });
    const stop = new AbortController();
    const waiting = waiter.run('busy', () => Promise.resolve(), stop.signal);
    stop.abort(new Error('the time is up'));
    await expect(waiting).rejects.toThrow('the time is up');
    free();
    await holding;
    await until(async () => (await rows()) === 0, { what: 'nothing to be left behind' });
  });

  it('keeps a lock as long as its work takes, and ends it soon after its process died', async () => {
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
    await until(async () => (await rows()) === 1, { what: 'it to be held' });
    await Promise.all([long, other.run('long', () => Promise.resolve(order.push('second')), never)]);
    expect(order).toEqual(['first', 'second']);

    const dead = process({ leaseMs: 300, renewEveryMs: 60_000 });
    let end = (): void => undefined;
    const lost = dead.run('left', () => new Promise<void>((resolve) => (end = resolve)), never);
    await until(async () => (await rows()) === 1, { what: 'it to be held' });
    expect(await other.run('left', () => Promise.resolve('taken over'), never)).toBe('taken over');
    end();
    await lost;
    expect(errors).toEqual([]);
  });

  it('does not release a lock that another process has taken over', async () => {
    const [slow, next] = [process({ leaseMs: 100, renewEveryMs: 60_000 }), process()];
    let end = (): void => undefined;
    let endNext = (): void => undefined;
    const first = slow.run('handed', () => new Promise<void>((resolve) => (end = resolve)), never);
    await until(async () => (await rows()) === 1, { what: 'it to be held' });
    let taken = false;
    const second = next.run(
      'handed',
      () => {
        taken = true;
        return new Promise<void>((resolve) => (endNext = resolve));
      },
      never,
    );
    await until(() => taken, { what: 'it to be taken over' });
    end();
    await first;
    expect(await rows()).toBe(1);
    endNext();
    await second;
  });

  it('writes down no key: it may be a customer’s', async () => {
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
