import { afterAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@patchbay/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ownRedisCluster, ownRedisSentinel, SERVICE_TIMEOUT_MS, until } from '@patchbay/testing/services';
import { BullWakeUps } from './bull-wake-ups.js';
import { QueueModule } from './queue.module.js';
import type { RedisServers } from './redis-client.js';

const TIMEOUT_MS = 30_000;

interface OpenQueue {
  readonly wakeUps: BullWakeUps;
  readonly woken: Set<string>;
  readonly errors: string[];
  close(): Promise<void>;
}

/** Opens the queue as one process of the hub does. */
async function open(redis: RedisServers): Promise<OpenQueue> {
  const errors: string[] = [];
  const module = await QueueModule.forRoot({
    backend: { redis },
    clock: systemClock,
    onError: ({ message }) => errors.push(message),
    onChange: () => undefined,
  });
  const app: INestApplicationContext = await Test.createTestingModule({ imports: [module] }).compile();
  await app.init();
  const wakeUps = app.get(BullWakeUps);
  const woken = new Set<string>();
  await wakeUps.process((destinationId) => {
    woken.add(destinationId);
    return Promise.resolve();
  });
  const close = async (): Promise<void> => {
    await app.close();
    await wakeUps.close();
  };
  return { wakeUps, woken, errors, close };
}

/** Waits until the queue is in use, and wakes destinations through it: alone, in shared jobs and later. */
async function wakeThroughQueue({ wakeUps, woken }: OpenQueue, round: string): Promise<void> {
  await until(() => wakeUps.queueUp, { what: 'the queue to be used', timeoutMs: TIMEOUT_MS });
  const all = Array.from({ length: 300 }, (_, index) => `${round}-${index}`);
  for (const id of all) wakeUps.wake(id);
  wakeUps.wakeAt(`${round}-later`, Date.now() + 100);
  await until(() => [...all, `${round}-later`].every((id) => woken.has(id)), {
    what: 'all destinations to be woken',
    timeoutMs: TIMEOUT_MS,
  });
}

const sentinel = await ownRedisSentinel();

('skipped' in sentinel ? describe.skip : describe)('a queue on Redis Sentinel', () => {
  if ('skipped' in sentinel) throw new Error(sentinel.skipped);
  const servers: RedisServers = {
    kind: 'sentinel',
    // Nothing listens on the first port.
    sentinels: [
      { host: '127.0.0.1', port: 1 },
      { host: '127.0.0.1', port: sentinel.port },
    ],
    master: sentinel.master,
    database: 3,
    redis: { password: sentinel.password, tls: false },
    sentinel: { password: sentinel.sentinelPassword, tls: false },
  };
  afterAll(() => sentinel.stop());

  it(
    'leaves a master that keeps its connections but does not answer, and runs slices in the process meanwhile',
    async () => {
      const queue = await open(servers);
      await wakeThroughQueue(queue, 'before');
      expect(queue.errors).toContainEqual(expect.stringContaining('sentinel 127.0.0.1:1 '));
      expect(queue.wakeUps.errors).toBe(queue.errors.length);
      sentinel.hangMaster();
      await until(() => !queue.wakeUps.queueUp, { what: 'the queue to be down' });
      queue.wakeUps.wake('meanwhile');
      await until(() => queue.woken.has('meanwhile'), { what: 'a wake-up during the failover' });
      await until(() => queue.wakeUps.queueUp, { what: 'the queue to be used again', timeoutMs: TIMEOUT_MS });
      expect(await queue.wakeUps.inspectRedis()).toMatchObject({
        configured: 'sentinel',
        server: { mode: 'standalone', isReplica: false },
      });
      await queue.close();
    },
    SERVICE_TIMEOUT_MS,
  );

  it.each([
    ['a name that Sentinel does not know', { master: 'unknown' }, /No such master/],
    ['a wrong password of Redis', { redis: { password: 'wrong', tls: false } }, /WRONGPASS|NOAUTH/],
  ])(
    'works in the process with %s, reports the cause, and closes',
    async (_what, change, expected) => {
      const queue = await open({ ...servers, ...change });
      queue.wakeUps.wake('local');
      await until(() => queue.woken.has('local'), { what: 'a wake-up in the process' });
      await until(
        async () => {
          const state = await queue.wakeUps.inspectRedis();
          expect(state).toMatchObject({ server: null, lastError: expect.stringMatching(expected) });
          return true;
        },
        { what: 'the error' },
      );
      await queue.close();
    },
    SERVICE_TIMEOUT_MS,
  );
});

const cluster = await ownRedisCluster();

('skipped' in cluster ? describe.skip : describe)('a queue on a Redis Cluster', () => {
  if ('skipped' in cluster) throw new Error(cluster.skipped);
  const servers: RedisServers = {
    kind: 'cluster',
    nodes: cluster.ports.map((port) => ({ host: '127.0.0.1', port })),
    redis: { tls: false },
  };
  afterAll(() => cluster.stop());

  it(
    'keeps all its keys in one node, and is used again after the loss of this node',
    async () => {
      const queue = await open(servers);
      await wakeThroughQueue(queue, 'before');
      expect(queue.errors).toEqual([]); // Keys in several slots are an error of each call.
      queue.wakeUps.wakeAt('much-later', Date.now() + 50_000);
      await until(async () => (await cluster.keysPerNode()).some((keys) => keys > 0), { what: 'keys' });
      const keys = await cluster.keysPerNode();
      expect(keys.filter((count) => count > 0)).toHaveLength(1);
      const owner = keys.findIndex((count) => count > 0);
      await cluster.kill(owner);
      await until(() => !queue.wakeUps.queueUp, { what: 'the queue to be down' });
      queue.wakeUps.wake('meanwhile');
      await until(() => queue.woken.has('meanwhile'), { what: 'a wake-up in the process' });
      const other = await open(servers);
      await other.close();
      await cluster.restart(owner);
      await wakeThroughQueue(queue, 'after');
      expect(await queue.wakeUps.inspectRedis()).toMatchObject({ server: { mode: 'cluster' } });
      await queue.close();
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'says that a node of a cluster is not one server',
    async () => {
      const queue = await open({ kind: 'standalone', url: `redis://127.0.0.1:${cluster.ports[0]}` });
      await until(async () => (await queue.wakeUps.inspectRedis())?.server?.mode === 'cluster', { what: 'the mode' });
      await queue.close();
    },
    SERVICE_TIMEOUT_MS,
  );
});
