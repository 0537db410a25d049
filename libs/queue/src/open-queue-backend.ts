import { openPostgresBackend } from './postgres-backend.js';
import type { QueueBackend } from './queue-backend.js';
import { openRedisBackend } from './redis-backend.js';
import type { RedisServers } from './redis-client.js';

/** Servers on which the queue runs: Redis, or PostgreSQL itself without a connection pooler. */
export type QueueBackendOptions = { readonly redis: RedisServers } | { readonly postgresUrl: string };

/** Opens the backend of the queue. Redis may be unavailable. Rejects if PostgreSQL cannot be reached. */
export function openQueueBackend(options: QueueBackendOptions, onError: (error: Error) => void): Promise<QueueBackend> {
  return 'redis' in options
    ? Promise.resolve(openRedisBackend(options.redis, onError))
    : openPostgresBackend(options.postgresUrl, onError);
}
