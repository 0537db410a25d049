import { afterAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@patchbay/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { ownPostgres, ownRedis, SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { BullWakeUps } from './bull-wake-ups.js';
import type { QueueBackendOptions } from './open-queue-backend.js';
import { QueueModule } from './queue.module.js';

const redis = await ownRedis();
const postgres = await ownPostgres();

const BACKENDS = [
  { name: 'PostgreSQL', backend: { postgresUrl: postgres.url }, server: postgres },
  ...('skipped' in redis
    ? []
    : [{ name: 'Redis', backend: { redis: { kind: 'standalone' as const, url: redis.url } }, server: redis }]),
];

afterAll(async () => {
  for (const { server } of BACKENDS) await server.kill();
});

/** Opens the queue as one process of the hub does. Also returns the destinations whose slices the process ran. */
async function open(backend: QueueBackendOptions): Promise<{
  app: INestApplicationContext;
  wakeUps: BullWakeUps;
  woken: Set<string>;
}> {
  const module = await QueueModule.forRoot({
    backend,
    clock: systemClock,
    onError: () => undefined,
    onChange: () => undefined,
  });
  const app = await Test.createTestingModule({ imports: [module] }).compile();
  await app.init();
  return { app, wakeUps: app.get(BullWakeUps), woken: new Set() };
}

const handle =
  (woken: Set<string>) =>
  (destinationId: string): Promise<void> => {
    woken.add(destinationId);
    return Promise.resolve();
  };

describe.each(BACKENDS)('a queue on $name during an outage of the server', ({ backend, server }) => {
  it(
    'runs slices in the process from the start, then through the queue',
    async () => {
      const { app, wakeUps, woken } = await open(backend);
      await server.kill();
      await wakeUps.process(handle(woken));
      wakeUps.wake('early');
      await until(() => woken.has('early'), { what: 'a wake-up while the server is away' });
      await server.restart();
      await until(() => wakeUps.queueUp, { what: 'the queue to be used', timeoutMs: 60_000 });
      wakeUps.wake('late');
      await until(() => woken.has('late'), { what: 'a wake-up through the queue', timeoutMs: 60_000 });
      await app.close();
      await wakeUps.close();
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'wakes all destinations in the process, and closes',
    async () => {
      const { app, wakeUps, woken } = await open(backend);
      await wakeUps.process(handle(woken));
      await server.kill();
      await until(() => !wakeUps.queueUp, { what: 'the queue to be down' });
      const many = Array.from({ length: 200 }, (_, index) => `one-of-many-${index}`);
      for (const id of many) wakeUps.wake(id);
      const soon = Date.now() + 500;
      wakeUps.wakeAt('soon', soon);
      await until(() => [...many, 'soon'].every((id) => woken.has(id)), { what: 'all of them to be woken' });
      expect(Date.now()).toBeGreaterThanOrEqual(soon);
      await app.close();
      await wakeUps.close();
      await server.restart();
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'drops the wake-ups of a process that handles none',
    async () => {
      const api = await open(backend);
      await server.kill();
      await until(() => !api.wakeUps.queueUp, { what: 'the queue to be down' });
      api.wakeUps.wake('dropped');
      await api.app.close();
      await api.wakeUps.close();
      await server.restart();
      const worker = await open(backend);
      await worker.wakeUps.process(handle(worker.woken));
      worker.wakeUps.wake('kept');
      await until(() => worker.woken.has('kept'), { what: 'a wake-up through the queue', timeoutMs: 60_000 });
      expect(worker.woken).toEqual(new Set(['kept']));
      await worker.app.close();
      await worker.wakeUps.close();
    },
    SERVICE_TIMEOUT_MS,
  );
});

const hung = 'skipped' in redis ? undefined : redis;
(hung === undefined ? it.skip : it)(
  'runs slices in the process while Redis accepts connections but does not answer',
  async () => {
    if (hung === undefined) throw new Error('There is no Redis.');
    const { app, wakeUps, woken } = await open({ redis: { kind: 'standalone', url: hung.url } });
    await wakeUps.process(handle(woken));
    await until(() => wakeUps.queueUp, { what: 'the queue to be used', timeoutMs: 60_000 });
    process.kill(hung.pid, 'SIGSTOP');
    try {
      wakeUps.wake('hung');
      await until(() => woken.has('hung'), { what: 'a wake-up while Redis hangs' });
      await until(() => !wakeUps.queueUp, { what: 'the queue to be down' });
    } finally {
      process.kill(hung.pid, 'SIGCONT');
    }
    await until(() => wakeUps.queueUp, { what: 'the queue to be used again', timeoutMs: 60_000 });
    await app.close();
    await wakeUps.close();
  },
  SERVICE_TIMEOUT_MS,
);

const NO_REPLICA = ['CONFIG', ['SET', 'min-replicas-to-write', '1'], ['SET', 'min-replicas-to-write', '0']] as const;
const REPLICA = ['REPLICAOF', ['127.0.0.1', '1'], ['NO', 'ONE']] as const;

(hung === undefined ? it.skip : it).each([NO_REPLICA, REPLICA])(
  'is unavailable while Redis refuses writes (%s %j), and available afterwards',
  async (command, refuse, accept) => {
    if (hung === undefined) throw new Error('There is no Redis.');
    const admin = new Redis(hung.url);
    const { app, wakeUps } = await open({ redis: { kind: 'standalone', url: hung.url } });
    await until(() => wakeUps.queueUp, { what: 'the queue to be used', timeoutMs: 60_000 });
    await admin.call(command, ...refuse);
    await until(() => !wakeUps.queueUp, { what: 'the queue to be down' });
    expect(await wakeUps.inspectRedis()).toMatchObject({ server: { isReplica: command === 'REPLICAOF' } });
    expect(wakeUps.queueUp).toBe(false);
    await admin.call(command, ...accept);
    await until(() => wakeUps.queueUp, { what: 'the queue to be used again', timeoutMs: 60_000 });
    await app.close();
    await wakeUps.close();
    admin.disconnect();
  },
  SERVICE_TIMEOUT_MS,
);
