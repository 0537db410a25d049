import type { Type } from '@nestjs/common';
import {
  isPgPool,
  PostgresConnection,
  PostgresQueueBackend,
  Queue,
  runMigrations,
  withBackend,
  Worker,
  type BackendFactory,
  type ConnectionOptions,
  type PgPool,
  type Processor,
  type QueueOptions,
  type RedisClient,
  type WorkerOptions,
} from 'bullmq';
import { Pool, type PoolConfig } from 'pg';
import { closeWithTimeout } from './close-with-timeout.js';

/** Server on which the queue runs: Redis, or PostgreSQL itself without a connection pooler. */
export type QueueBackendOptions = { readonly redisUrl: string } | { readonly postgresUrl: string };

/** Maximum number of PostgreSQL connections of the queue per process, including the connection for notifications. */
export const QUEUE_CONNECTIONS = 5;

/** Longest pause between two attempts to reconnect to Redis, in milliseconds. */
const MAX_RECONNECT_PAUSE_MS = 2_000;

/** Classes and options with which BullMQ uses Redis or PostgreSQL. */
export interface QueueBackend {
  readonly queueClass: Type;
  readonly workerClass: Type;
  /**
   * Redis connection and key prefix. On PostgreSQL, `connection` is empty, because the classes of queue and worker have
   * their own connections.
   */
  readonly options: { readonly connection: ConnectionOptions; readonly prefix?: string };
  /**
   * Closes the connections that queue and worker share. Call this method after both the queue and the worker are
   * closed.
   */
  close(): Promise<void>;
}

/** Opens the backend of the queue. On PostgreSQL, applies the migrations of BullMQ's schema. */
export async function openQueueBackend(
  options: QueueBackendOptions,
  onError: (error: Error) => void,
): Promise<QueueBackend> {
  if ('redisUrl' in options) {
    return {
      queueClass: RedisQueue,
      workerClass: RedisWorker,
      options: {
        connection: {
          url: options.redisUrl,
          // With null, a command waits until Redis is available again, instead of failing.
          maxRetriesPerRequest: null,
          // BullMQ's default pauses between attempts to reconnect grow to 20 s, so the queue would stay unused for up
          // to 20 s after Redis is back.
          retryStrategy: (attempt: number) => Math.min(100 * 2 ** attempt, MAX_RECONNECT_PAUSE_MS),
        },
        // The braces assign all keys to one slot of a Redis Cluster.
        prefix: '{patchbay}',
      },
      close: () => Promise.resolve(),
    };
  }
  await migrate(options.postgresUrl, onError);
  const pool = openPool(
    {
      connectionString: options.postgresUrl,
      max: QUEUE_CONNECTIONS,
      application_name: 'patchbay-queue',
      // The queue holds only hints, so it does not need synchronous commits. If a crash loses entries, the sweep finds
      // the work.
      options: '-c search_path=bullmq -c synchronous_commit=off',
    },
    onError,
  );
  // Every queue and worker adds listeners to the shared pool, so the pool must allow any number of listeners.
  pool.setMaxListeners(0);
  if (!isPgPool(pool))
    throw new TypeError(
      'BullMQ does not accept a connection pool of the installed pg version. Run "npm ci" to install the version in ' +
        'package-lock.json.',
    );
  const close = (): Promise<void> => closeWithTimeout(pool.end());
  try {
    return { ...classesOn(pool, await openConnections(pool)), options: { connection: {} }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

class RedisQueue extends Queue {
  override close(): Promise<void> {
    return closeWithTimeout(super.close(), () => disconnect(this.backend.client));
  }
}

class RedisWorker extends Worker {
  override close(force?: boolean): Promise<void> {
    return closeWithTimeout(super.close(force), () => {
      disconnect(this.backend.blockingClient);
      disconnect(this.backend.client);
    });
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

/** Connections of one queue and of its worker. BullMQ has checked the schema on both connections. */
interface CheckedConnections {
  readonly queue: PostgresConnection;
  readonly worker: PostgresConnection;
}

/**
 * Opens connections and lets BullMQ check the schema on them. Otherwise BullMQ would check the schema at the first use
 * of a connection, and would remember a failed check forever. After a failed check, the worker would repeat its request
 * endlessly without a pause.
 */
async function openConnections(pool: PgPool): Promise<CheckedConnections> {
  const connections = { queue: new PostgresConnection(pool), worker: new PostgresConnection(pool) };
  await Promise.all([connections.queue.waitUntilReady(), connections.worker.waitUntilReady()]);
  return connections;
}

/**
 * Returns queue and worker classes that use the pool, because Nest's module supports only Redis connections. Each class
 * can have only one instance, because an instance closes the connection of its class.
 */
function classesOn(pool: PgPool, connections: CheckedConnections): Pick<QueueBackend, 'queueClass' | 'workerClass'> {
  // Creates a backend as BullMQ's own factory does. A worker's connection for notifications has the name of the queue.
  const backendOn: BackendFactory<PostgresQueueBackend, PgPool> = (name, options, { withBlockingConnection } = {}) =>
    withBlockingConnection === true
      ? new PostgresQueueBackend(connections.worker, name, options, true, name)
      : new PostgresQueueBackend(connections.queue, name, options);
  const bound = withBackend(backendOn);

  class PoolQueue extends bound.Queue {
    constructor(name: string, options: QueueOptions) {
      super(name, { ...options, connection: pool });
    }

    override close(): Promise<void> {
      return closeWithTimeout(super.close());
    }
  }

  class PoolWorker extends bound.Worker {
    constructor(name: string, processor: Processor, options: WorkerOptions) {
      super(name, processor, { ...options, connection: pool });
    }

    override close(force?: boolean): Promise<void> {
      return closeWithTimeout(super.close(force));
    }
  }

  return { queueClass: PoolQueue, workerClass: PoolWorker };
}

function openPool(options: PoolConfig, onError: (error: Error) => void): Pool {
  const pool = new Pool(options);
  pool.on('error', onError);
  // The pool handles errors of idle connections, and the code that uses a connection handles errors during the use.
  // Between these two states, an error would have no listener and would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function migrate(postgresUrl: string, onError: (error: Error) => void): Promise<void> {
  const pool = openPool({ connectionString: postgresUrl, max: 1 }, onError);
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client);
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
  }
}
