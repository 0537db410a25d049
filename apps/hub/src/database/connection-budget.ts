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
  /** Connections to the read replica, which is another server. 0 without one. */
  readonly replica: number;
  /** Sum of the connections to PostgreSQL itself, without the read replica. */
  readonly direct: number;
}

type BudgetSettings = Pick<HubEnvironment, 'databasePools' | 'databaseReplica' | 'redis' | 'role'>;

/** Computes the maximum numbers of database connections of this process. */
export function connectionBudget(
  { databasePools: { hot, general }, databaseReplica, redis, role }: BudgetSettings,
  isPooled: boolean,
): ConnectionBudget {
  const listen = 1;
  const queue = redis === undefined ? QUEUE_CONNECTIONS : 0;
  // One connection measures the lag. A worker serves no lists.
  const replica = databaseReplica === undefined || role === 'worker' ? 0 : general + 1;
  return { hot, general, listen, queue, replica, direct: (isPooled ? 0 : hot) + general + listen + queue };
}
