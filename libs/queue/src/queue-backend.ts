import { createPostgresBackend, Queue, runMigrations, withBackend, Worker, type ConnectionOptions } from 'bullmq';
import { Pool } from 'pg';

/** Where the queue runs. */
export type QueueBackendOptions = { readonly redisUrl: string } | { readonly postgresUrl: string };

/** Connections of the queue to PostgreSQL in one process. */
const POSTGRES_CONNECTIONS = 5;

/** BullMQ bound to one of its backends. */
export interface QueueBackend {
  readonly queueClass: typeof Queue;
  readonly workerClass: typeof Worker;
  readonly connection: ConnectionOptions;
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
      queueClass: Queue,
      workerClass: Worker,
      // Null: a command waits for Redis to come back instead of failing.
      connection: { url: options.redisUrl, maxRetriesPerRequest: null },
      close: () => Promise.resolve(),
    };
  }
  await migrate(options.postgresUrl);
  const pool = new Pool({
    connectionString: options.postgresUrl,
    max: POSTGRES_CONNECTIONS,
    application_name: 'patchbay-queue',
    // The queue is a hint: what a crash takes of it, the sweep makes up for.
    options: '-c search_path=bullmq -c synchronous_commit=off',
  });
  pool.on('error', onError);
  // Every queue and worker adds its own listeners to the pool it shares.
  pool.setMaxListeners(0);
  const bound = withBackend(createPostgresBackend);
  return {
    // BullMQ types its classes by their backend; Nest's module takes the Redis ones, and calls nothing that differs.
    queueClass: bound.Queue as unknown as typeof Queue,
    workerClass: bound.Worker as unknown as typeof Worker,
    connection: pool as unknown as ConnectionOptions,
    close: () => pool.end(),
  };
}

async function migrate(postgresUrl: string): Promise<void> {
  const pool = new Pool({ connectionString: postgresUrl, max: 1 });
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
