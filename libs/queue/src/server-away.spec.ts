import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ownPostgres, ownRedis, SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { BullWakeUps } from './bull-wake-ups.js';
import { QueueModule } from './queue.module.js';
import { WakeUpProcessor } from './wake-up-processor.js';

const redis = await ownRedis();
const postgres = await ownPostgres();

const BACKENDS = [
  { name: 'PostgreSQL', backend: { postgresUrl: postgres.url }, server: postgres },
  ...('skipped' in redis ? [] : [{ name: 'Redis', backend: { redisUrl: redis.url }, server: redis }]),
];

afterAll(async () => {
  for (const { server } of BACKENDS) await server.kill();
});

it.each(BACKENDS)(
  'a queue on $name that begins as its server goes away wakes everybody when it is back',
  async ({ backend, server }) => {
    const module = await QueueModule.forRoot({ backend, onError: () => undefined });
    const app = await Test.createTestingModule({ imports: [module] }).compile();
    await app.init();
    const wakeUps = app.get(BullWakeUps);
    const woken = new Set<string>();
    await server.kill();
    await wakeUps.process((destinationId) => {
      woken.add(destinationId);
      return Promise.resolve();
    });
    wakeUps.wake('early');
    const worker = app.get(WakeUpProcessor).worker;
    await until(() => worker.isRunning(), { what: 'the worker to be at work' });
    await server.restart();
    await until(() => woken.has('early'), { what: 'the first wake-up', timeoutMs: 60_000 });
    await app.close();
    await wakeUps.close();
  },
  SERVICE_TIMEOUT_MS,
);

describe.each(BACKENDS)('a queue on $name whose server goes away', ({ backend, server }) => {
  let app: INestApplicationContext;
  let wakeUps: BullWakeUps;
  let disturbances = 0;
  const woken = new Set<string>();

  beforeAll(async () => {
    const module = await QueueModule.forRoot({ backend, onError: () => (disturbances += 1) });
    app = await Test.createTestingModule({ imports: [module] }).compile();
    await app.init();
    wakeUps = app.get(BullWakeUps);
    await wakeUps.process((destinationId) => {
      woken.add(destinationId);
      return Promise.resolve();
    });
    wakeUps.wake('anybody');
    await until(() => woken.has('anybody'), { what: 'the worker to be at work' });
  }, SERVICE_TIMEOUT_MS);

  async function away(): Promise<void> {
    const before = disturbances;
    await server.kill();
    await until(() => disturbances > before, { what: 'the queue to notice' });
  }

  it(
    'wakes everybody when it is back',
    async () => {
      await away();
      const many = Array.from({ length: 20 }, (_, index) => `one-of-many-${index}`);
      for (const id of many) wakeUps.wake(id);
      wakeUps.wakeAt('soon', Date.now() + 500);
      const before = disturbances;
      await until(() => disturbances > before, { what: 'the queue to try' });
      await server.restart();
      await until(() => [...many, 'soon'].every((id) => woken.has(id)), {
        what: 'all of them to be woken',
        timeoutMs: 60_000,
      });
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'comes to its end all the same',
    async () => {
      await away();
      await app.close();
      await wakeUps.close();
      expect(woken.has('soon')).toBe(true);
    },
    SERVICE_TIMEOUT_MS,
  );
});
