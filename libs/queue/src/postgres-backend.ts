import {
  isPgPool,
  PostgresConnection,
  PostgresQueueBackend,
  runMigrations,
  withBackend,
  type BackendFactory,
  type PgPool,
  type Processor,
  type QueueOptions,
  type WorkerOptions,
} from 'bullmq';
import { Pool, type PoolConfig } from 'pg';
import { closeWithTimeout } from './close-with-timeout.js';
import type { QueueBackend } from './queue-backend.js';

/** Maximum number of PostgreSQL connections of the queue per process, including the connection for notifications. */
export const QUEUE_CONNECTIONS = 5;

/** Opens the queue on PostgreSQL. Applies the migrations of BullMQ's schema. */
export async function openPostgresBackend(url: string, onError: (error: Error) => void): Promise<QueueBackend> {
  await migrate(url, onError);
  const pool = openPool(
    {
      connectionString: url,
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
    return {
      ...classesOn(pool, await openConnections(pool)),
      options: { connection: {} },
      checkWrites: () => Promise.resolve(),
      inspectRedis: () => Promise.resolve(null),
      // Without its PostgreSQL, the hub cannot work at all, so the queue needs no way of its own to recover.
      reconnect: () => undefined,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
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
