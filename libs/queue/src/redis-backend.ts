import { once } from 'node:events';
import { Queue, Worker, type RedisClient } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { closeWithTimeout } from './close-with-timeout.js';
import { QUEUE_TIMEOUT_MS, withQueueTimeout } from './queue-availability.js';
import type { QueueBackend } from './queue-backend.js';
import { createRedisClient, type RedisServers } from './redis-client.js';
import { readServerInfo, type RedisServer } from './redis-state.js';

/** Prefix of all keys. The braces assign all keys to one slot of a Redis Cluster. */
const PREFIX = '{patchbay}';
/** Key that checks write. */
const CHECK_KEY = `${PREFIX}:check`;
/** Time after which Redis removes {@link CHECK_KEY}, in milliseconds. */
const CHECK_KEY_EXPIRES_MS = 60_000;

/** Opens the queue on Redis. Queue and worker share a connection; the worker has another to wait for jobs. */
export function openRedisBackend(servers: RedisServers, onError: (error: Error) => void): QueueBackend {
  const client = createRedisClient(servers);
  const errors: { last: string | null } = { last: null };
  client.on('error', ({ message }: Error) => {
    // ioredis also reports this if a Sentinel answered and the master did not, so the error before says more.
    if (!message.startsWith('All sentinels are unreachable')) errors.last = message;
  });
  // Errors of one Sentinel or of one node of a cluster. The client then uses the next one.
  for (const event of ['sentinelError', 'node error']) {
    client.on(event, (error: Error) => {
      errors.last = error.message;
      onError(error);
    });
  }
  return {
    queueClass: Queue,
    workerClass: RedisWorker,
    options: { connection: client, prefix: PREFIX },
    checkWrites: async () => {
      await client.set(CHECK_KEY, 1, 'PX', CHECK_KEY_EXPIRES_MS);
    },
    inspectRedis: async () => ({
      configured: servers.kind,
      server: await inspect(client),
      lastError: errors.last,
    }),
    reconnect: () => {
      if (client.status === 'ready' || client.status === 'connect') client.disconnect(true);
    },
    close: () => {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

/** Returns the server that answers within two seconds, or null. */
async function inspect(client: Redis | Cluster): Promise<RedisServer | null> {
  const answer = infoWhenReady(client);
  try {
    await withQueueTimeout(answer);
    return readServerInfo(await answer);
  } catch {
    return null;
  }
}

/** Reads `INFO` from an open connection. A connection to a replica is replaced repeatedly, so it may be open soon. */
async function infoWhenReady(client: Redis | Cluster): Promise<string> {
  if (client.status !== 'ready') await once(client, 'ready', { signal: AbortSignal.timeout(QUEUE_TIMEOUT_MS) });
  return client.info();
}

class RedisWorker extends Worker {
  override close(force?: boolean): Promise<void> {
    return closeWithTimeout(super.close(force), () => disconnect(this.backend.blockingClient));
  }
}

/**
 * Ends a Redis connection in any state. If a connection waits to reconnect, ioredis does not report the end of the
 * connection, and BullMQ would wait for this report forever. Therefore a waiting connection is opened once more and
 * then closed.
 */
function disconnect(opened: Promise<RedisClient> | undefined): void {
  const end = async (): Promise<void> => {
    const client = await opened;
    client?.disconnect();
    if (client?.status === 'reconnecting') await client.connect();
    client?.disconnect();
  };
  end().catch(() => undefined);
}
