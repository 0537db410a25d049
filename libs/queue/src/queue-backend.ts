import type { Type } from '@nestjs/common';
import type { ConnectionOptions } from 'bullmq';
import type { RedisState } from './redis-state.js';

/** Classes and options with which BullMQ uses Redis or PostgreSQL. */
export interface QueueBackend {
  readonly queueClass: Type;
  readonly workerClass: Type;
  /**
   * Redis connection and key prefix. On PostgreSQL, `connection` is empty, because the classes of queue and worker have
   * their own connections.
   */
  readonly options: { readonly connection: ConnectionOptions; readonly prefix?: string };
  /** Resolves if the queue accepts writes. On PostgreSQL, resolves always, because the hub needs its writes anyway. */
  checkWrites(): Promise<void>;
  /** Returns what is known about Redis, within two seconds. Null if the queue runs on PostgreSQL. */
  inspectRedis(): Promise<RedisState | null>;
  /**
   * Replaces the connection of the queue if it is open. Commands without an answer are sent again, except those to a
   * Redis Cluster, which may fail.
   */
  reconnect(): void;
  /**
   * Closes the connections that queue and worker share. Call this method after both the queue and the worker are
   * closed.
   */
  close(): Promise<void>;
}
