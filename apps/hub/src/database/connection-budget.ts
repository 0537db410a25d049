import type { HubEnvironment } from '@patchbay/config';
import { QUEUE_CONNECTIONS } from '@patchbay/queue';

/** Maximum numbers of database connections of this process. */
export interface ConnectionBudget {
  /** Connections for ingest and delivery. Behind a connection pooler, they are connections to the pooler. */
  readonly hot: number;
  readonly general: number;
  /** Connection that listens for changes of the configuration. */
  readonly listen: number;
  /** Connections of the queue. 0 if the queue runs on Redis. */
  readonly queue: number;
  /** Sum of the connections to PostgreSQL itself. */
  readonly direct: number;
}

/** Computes the maximum numbers of database connections of this process. */
export function connectionBudget(
  { databasePools: { hot, general }, redisUrl }: Pick<HubEnvironment, 'databasePools' | 'redisUrl'>,
  isPooled: boolean,
): ConnectionBudget {
  const listen = 1;
  const queue = redisUrl === undefined ? QUEUE_CONNECTIONS : 0;
  return { hot, general, listen, queue, direct: (isPooled ? 0 : hot) + general + listen + queue };
}
