import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@patchbay/core';
import type { INestApplicationContext } from '@nestjs/common';
import { getQueueToken } from '@nestjs/bullmq';
import { Test } from '@nestjs/testing';
import { createTestDatabase, ownRedis, SERVICE_TIMEOUT_MS, until, type TestDatabase } from '@patchbay/testing/services';
import type { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { BullWakeUps } from './bull-wake-ups.js';
import type { QueueBackendOptions } from './open-queue-backend.js';
import { QueueModule } from './queue.module.js';
import { WAKE_UP_QUEUE } from './wake-up-jobs.js';

const redis = await ownRedis();
const backends = ['PostgreSQL', ...('skipped' in redis ? [] : ['Redis'])];

/** Opens the queue as one process of the hub does. */
async function open(backend: QueueBackendOptions): Promise<{ app: INestApplicationContext; wakeUps: BullWakeUps }> {
  const module = await QueueModule.forRoot({
    backend,
    clock: systemClock,
    onError: () => undefined,
    onChange: () => undefined,
  });
  const app = await Test.createTestingModule({ imports: [module] }).compile();
  await app.init();
  return { app, wakeUps: app.get(BullWakeUps) };
}

afterAll(async () => {
  if (!('skipped' in redis)) await redis.kill();
});

describe.each(backends)('wake-ups on %s', (name) => {
  let database: TestDatabase | undefined;
  let app: INestApplicationContext;
  let wakeUps: BullWakeUps;
  const woken: string[] = [];
  let slice: (destinationId: string) => Promise<void> = () => Promise.resolve();

  beforeAll(async () => {
    let backend: QueueBackendOptions;
    if (name === 'Redis' && !('skipped' in redis)) backend = { redis: { kind: 'standalone', url: redis.url } };
    else {
      database = await createTestDatabase();
      backend = { postgresUrl: database.url };
    }
    ({ app, wakeUps } = await open(backend));
    await wakeUps.process(async (destinationId) => {
      woken.push(destinationId);
      await slice(destinationId);
    });
  }, SERVICE_TIMEOUT_MS);

  afterAll(async () => {
    await app.close();
    await wakeUps.close();
    await database?.drop();
  });

  const timesWoken = (destinationId: string): number => woken.filter((id) => id === destinationId).length;

  it('counts jobs by state, and nothing while the queue is unavailable', async () => {
    await until(() => wakeUps.queueUp, { what: 'the queue' });
    wakeUps.wakeAt('later', Date.now() + 50_000);
    const delayed = async (): Promise<boolean> => (await wakeUps.jobs())?.delayed === 1;
    await until(delayed, { what: 'the delayed job' });
    expect(await wakeUps.jobs()).toEqual({ waiting: 0, delayed: 1, active: 0 });
    wakeUps.queueUp = false;
    expect(await wakeUps.jobs()).toBeNull();
    wakeUps.queueUp = true;
    const before = wakeUps.errors;
    wakeUps.fault(new Error('invented'));
    expect(wakeUps.errors).toBe(before + 1);
  });

  it('wakes a destination', async () => {
    wakeUps.wake('a');
    await until(() => timesWoken('a') === 1, { what: 'a to be woken' });
  });

  it('merges many wake-ups of one destination', async () => {
    for (let index = 0; index < 1_000; index += 1) wakeUps.wake('many');
    wakeUps.wake('after-many');
    await until(() => timesWoken('after-many') === 1 && timesWoken('many') > 0, { what: 'both to be woken' });
    expect(timesWoken('many')).toBe(1);
  });

  it.each([
    ['in its own job', 'busy', 0],
    ['in a shared job', 'busier', 9],
  ])(
    'keeps a wake-up that arrives during a slice of the same destination: %s',
    async (_, busy, others) => {
      let last = 0;
      let seen = 0;
      slice = async (destinationId) => {
        if (destinationId !== busy) return;
        seen = Math.max(seen, last);
        await new Promise((resolve) => setTimeout(resolve, 1 + (last % 4)));
      };
      for (let round = 0; round < 40; round += 1) {
        for (let index = 0; index < 4; index += 1) {
          last += 1;
          wakeUps.wake(busy);
          for (let other = 0; other < others; other += 1) wakeUps.wake(`beside-${other}`);
          await new Promise((resolve) => setTimeout(resolve, (round + index) % 9));
        }
        await until(() => seen === last, { what: `round ${round}: wake-up ${last} to be seen, not only ${seen}` });
      }
      slice = () => Promise.resolve();
    },
    60_000,
  );

  it('wakes each of 3,000 destinations, with few jobs in the queue', async () => {
    const all = Array.from({ length: 3_000 }, (_, index) => `one-of-many-${index}`);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    slice = (destinationId) => (destinationId.startsWith('one-of-many') ? released : Promise.resolve());
    const queue = app.get<Queue>(getQueueToken(WAKE_UP_QUEUE));
    const jobs = (): Promise<number> => queue.getJobCountByTypes('active', 'waiting', 'prioritized');
    try {
      for (const id of all) wakeUps.wake(id);
      await until(async () => (await jobs()) >= 64, { what: 'the queue to be as full as it may be' });
      // Waking the destinations again adds no jobs. The delayed wake-up is sent in the same call to the queue, so its
      // arrival shows that the call was made.
      for (const id of all) wakeUps.wake(id);
      wakeUps.wakeAt('after-all', Date.now() + 30_000);
      await until(async () => (await queue.getDelayedCount()) > 0, { what: 'the next call to the queue' });
      expect(await jobs()).toBeLessThanOrEqual(64);
    } finally {
      release();
    }
    await until(() => all.every((id) => timesWoken(id) > 0), { what: 'all of them to be woken', timeoutMs: 30_000 });
    slice = () => Promise.resolve();
  }, 60_000);

  it('runs a delayed wake-up at its time or later, never earlier', async () => {
    const at = Date.now() + 700;
    let wokenAt = 0;
    slice = (destinationId) => {
      if (destinationId === 'later') wokenAt = Date.now();
      return Promise.resolve();
    };
    for (let index = 0; index < 20; index += 1) wakeUps.wakeAt('later', at);
    await until(() => wokenAt > 0, { what: 'later to be woken' });
    expect(wokenAt).toBeGreaterThanOrEqual(at);
    expect(timesWoken('later')).toBe(1);
  });

  it('runs an immediate wake-up at once, although a delayed one is waiting', async () => {
    wakeUps.wakeAt('both', Date.now() + 30_000);
    wakeUps.wake('both');
    await until(() => timesWoken('both') === 1, { what: 'both to be woken at once' });
  });

  it('continues after a failed slice', async () => {
    slice = () => Promise.reject(new Error('invented failure'));
    wakeUps.wake('fails');
    await until(() => timesWoken('fails') === 1, { what: 'fails to be woken' });
    slice = () => Promise.resolve();
    wakeUps.wake('fails');
    await until(() => timesWoken('fails') === 2, { what: 'fails to be woken again' });
  });

  (name === 'Redis' ? it : it.skip)('continues after Redis was flushed', async () => {
    if ('skipped' in redis) throw new Error(redis.skipped);
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    wakeUps.wake('flushed');
    await until(() => timesWoken('flushed') === 1, { what: 'flushed to be woken' });
  });
});
