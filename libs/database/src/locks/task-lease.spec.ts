import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { TaskLease } from './task-lease.js';

const EXPIRED = -1;

describe.each(await testServers())('TaskLease on the %s PostgreSQL', (_name, server) => {
  let database: Database;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    await database.dataSource.query('CREATE TABLE written (by text)');
  }, SERVICE_TIMEOUT_MS);
  afterEach(async () => {
    await database.dataSource.query('TRUNCATE leases, written');
  });
  afterAll(() => database.close());

  async function acquire(task = 'task', leaseMs?: number): Promise<TaskLease> {
    const lease = await TaskLease.acquire(database.dataSource, task, leaseMs);
    if (lease === null) throw new Error('another holder has the lease');
    return lease;
  }
  const write = 'INSERT INTO written VALUES ($1)';
  const written = async (): Promise<unknown[]> =>
    (await database.dataSource.query<{ by: string }[]>('SELECT by FROM written')).map(({ by }) => by);

  it('has one holder per task, until the holder releases it', async () => {
    const attempts = await Promise.all(Array.from({ length: 5 }, () => TaskLease.acquire(database.dataSource, 'task')));
    const [holder, ...others] = attempts.filter((lease) => lease !== null);
    expect(others).toEqual([]);
    await acquire('another task');
    await holder?.release();
    await acquire();
  });

  it('runs statements and transactions of its holder', async () => {
    const lease = await acquire();
    await lease.query(write, ['statement']);
    await lease.transaction((manager) => manager.query(write, ['transaction']));
    expect(await written()).toEqual(['statement', 'transaction']);
  });

  it('is renewed by each statement, also after its end if no other process has acquired it', async () => {
    const lease = await acquire('task', EXPIRED);
    await lease.query(write, ['first']);
    expect(await written()).toEqual(['first']);
  });

  it('runs nothing after another process acquired it, and does not end the lease of that process', async () => {
    const frozen = await acquire('task', EXPIRED);
    const next = await acquire();
    await expect(frozen.query(write, ['frozen'])).rejects.toThrow(/lost the lease of the task "task"/);
    await expect(frozen.transaction((manager) => manager.query(write, ['frozen']))).rejects.toThrow(/lost the lease/);
    await frozen.release();
    await next.query(write, ['next']);
    expect(await written()).toEqual(['next']);
    await next.release();
    await expect(frozen.query(write, ['frozen'])).rejects.toThrow(/lost the lease/);
  });

  it('cannot be acquired during a transaction of its holder, even if it has expired', async () => {
    const holder = await acquire('task', EXPIRED);
    const order: string[] = [];
    let acquiring: Promise<unknown> = Promise.resolve();
    await holder.transaction(async (manager) => {
      acquiring = TaskLease.acquire(database.dataSource, 'task').then(() => order.push('acquired'));
      await manager.query('SELECT pg_sleep(0.2)');
      order.push('committing');
    });
    await acquiring;
    expect(order).toEqual(['committing', 'acquired']);
  });
});
