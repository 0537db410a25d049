import { until } from '@patchbay/testing/services';
import { Redis } from 'ioredis';
import { arrivedWithoutRedis, LEAST_DELIVERIES } from '../checks/without-redis.js';
import { HUB_NAMES } from '../support/hub-processes.js';
import type { TestBed } from '../support/test-bed.js';
import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

const cannot = ({ redis }: TestBed): string | undefined =>
  redis === null ? 'the queue runs on PostgreSQL in this run' : undefined;

/** Faults of Redis: crashes, an outage and data loss. */
export const QUEUE_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of Redis',
    cannot,
    inject: async ({ testBed, random }) => {
      await testBed.redis?.kill();
      await sleep(random.between(0, 600));
      await testBed.redis?.restart();
    },
  },
  {
    // The outage is so long that the hub must deliver without Redis.
    name: 'Redis down for seconds',
    alone: true,
    cannot,
    ready: ({ hubs }) => hubs.waitUntilReady(HUB_NAMES),
    inject: async ({ testBed, round, withoutRedis }) => {
      await testBed.redis?.kill();
      const from = performance.now();
      const goesOn = (): boolean => {
        const span = { from, to: performance.now() };
        return arrivedWithoutRedis(span, testBed.sink.arrivalsOf(round)).length >= LEAST_DELIVERIES;
      };
      // If the wait times out, the check "without Redis" reports the timeout.
      await until(goesOn, { what: 'deliveries without Redis', timeoutMs: testBed.patience.withoutRedisMs }).catch(
        () => undefined,
      );
      withoutRedis.push({ from, to: performance.now() });
      await testBed.redis?.restart();
    },
  },
  {
    name: 'Redis FLUSHALL',
    cannot,
    inject: async ({ testBed }) => {
      if (testBed.redis === null) return;
      const client = new Redis(testBed.redis.url, { maxRetriesPerRequest: 50 });
      client.on('error', () => undefined);
      await client.flushall();
      client.disconnect();
    },
  },
];
