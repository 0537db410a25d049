import type { CircuitBreaker } from './circuit-breaker.js';

/** A live worker, as the registry knows it. */
export interface LiveWorker {
  readonly id: string;
  /** Milliseconds until the worker may own destinations: by then all others know of it. 0 or less: it may now. */
  readonly activeInMs: number;
  /** Milliseconds since its last heartbeat. */
  readonly sinceHeartbeatMs: number;
}

/** Contents of the registry. */
export interface WorkersSnapshot {
  /** Including the caller. */
  readonly workers: readonly LiveWorker[];
  /** Circuit breakers, by destination. */
  readonly breakers: ReadonlyMap<string, CircuitBreaker>;
}

/** Registry of the live workers of a hub, and of the destinations that fail. */
export interface WorkerRegistry {
  /**
   * Records a heartbeat and reads the registry. Each worker calls it once a second.
   * @param now milliseconds since the epoch, to expire breakers
   */
  heartbeat(workerId: string, now: number): Promise<WorkersSnapshot>;
  /** Removes a stopping worker: the others take over its destinations at once. */
  leave(workerId: string): Promise<void>;
  /** Stores a destination's breaker; the later of two open periods counts. Claims yield nothing while it is open. */
  setBreaker(destinationId: string, breaker: CircuitBreaker): Promise<void>;
  /** Deletes a destination's breaker. */
  removeBreaker(destinationId: string): Promise<void>;
}
