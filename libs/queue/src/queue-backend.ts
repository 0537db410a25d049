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

/** Where the queue runs. */
export type QueueBackendOptions = { readonly redisUrl: string } | { readonly postgresUrl: string };

/** Connections of the queue to PostgreSQL in one process. */
const POSTGRES_CONNECTIONS = 5;

/** The longest pause between two attempts to reach Redis again, in milliseconds. */
const MAX_RECONNECT_PAUSE_MS = 2_000;

/** BullMQ bound to one of its backends. */
export interface QueueBackend {
  readonly queueClass: Type;
  readonly workerClass: Type;
  /** Connection of Redis, empty if the classes have one of their own; and the prefix of its keys. */
  readonly options: { readonly connection: ConnectionOptions; readonly prefix?: string };
  /** Ends what the queue and its worker shared; call it after both are closed. */
  close(): Promise<void>;
}

/** Opens the backend; on PostgreSQL it makes BullMQ's schema where it is not there yet. */
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
          // Null: a command waits for Redis to come back instead of failing.
          maxRetriesPerRequest: null,
          // BullMQ's own pauses grow to 20 s, which the queue would stay unused after Redis is back.
          retryStrategy: (attempt: number) => Math.min(100 * 2 ** attempt, MAX_RECONNECT_PAUSE_MS),
        },
        // In braces: all keys belong to one slot of a Redis Cluster.
        prefix: '{patchbay}',
      },
      close: () => Promise.resolve(),
    };
  }
  await migrate(options.postgresUrl, onError);
  const pool = openPool(
    {
      connectionString: options.postgresUrl,
      max: POSTGRES_CONNECTIONS,
      application_name: 'patchbay-queue',
      // The queue is a hint: what a crash takes of it, the sweep makes up for.
      options: '-c search_path=bullmq -c synchronous_commit=off',
    },
    onError,
  );
  // Every queue and worker adds its own listeners to the pool it shares.
  pool.setMaxListeners(0);
  if (!isPgPool(pool)) throw new TypeError('BullMQ does not take the pools of this version of pg; install another.');
  return { ...classesOn(pool), options: { connection: {} }, close: () => closeWithTimeout(pool.end()) };
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
 * Ends a connection in whatever state. ioredis tells nobody of the end of one that waits to be made again, so BullMQ waits
 * for ever to be told: such a one is made once more, and ends with that.
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

/**
 * The schema was checked when the backend was opened. BullMQ checks it once more at the first use, and keeps a failure for
 * ever: where the server went away at that moment, its worker asked again without end and without a pause.
 */
class CheckedConnection extends PostgresConnection {
  override waitUntilReady(): Promise<void> {
    return Promise.resolve();
  }
}

/** As BullMQ's own; a worker's connection for notifications bears the queue's name. */
const backendOn: BackendFactory<PostgresQueueBackend, PgPool> = (name, options, { withBlockingConnection } = {}) =>
  new PostgresQueueBackend(
    new CheckedConnection(options.connection),
    name,
    options,
    true,
    withBlockingConnection === true ? name : undefined,
  );

/** Nest's module knows connections to Redis only, so these bring the pool along. */
function classesOn(pool: PgPool): Pick<QueueBackend, 'queueClass' | 'workerClass'> {
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
  // The pool listens while a connection is idle, who uses it while it works: one that breaks on its way from hand to
  // hand is heard of by nobody else, and would end the process.
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
