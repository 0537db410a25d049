import { Redis } from 'ioredis';
import type { Stage } from '../support/stage.js';
import { forMs, type Fault } from './fault.js';

const cannot = ({ redis }: Stage): string | undefined =>
  redis === null ? 'the queue runs on PostgreSQL in this run' : undefined;

/** Redis forgets. */
export const QUEUE_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of Redis',
    cannot,
    strike: async ({ stage, random }) => {
      await stage.redis?.kill();
      await forMs(random.between(0, 600));
      await stage.redis?.restart();
    },
  },
  {
    name: 'Redis FLUSHALL',
    cannot,
    strike: async ({ stage }) => {
      if (stage.redis === null) return;
      const client = new Redis(stage.redis.url, { maxRetriesPerRequest: 50 });
      client.on('error', () => undefined);
      await client.flushall();
      client.disconnect();
    },
  },
];
