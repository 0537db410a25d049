import type { BreakerChange, DestinationState } from './destination-state.js';
import type { HealthChange } from './health-report.js';

/** Live worker in the registry. */
export interface LiveWorker {
  readonly id: string;
  /**
   * Milliseconds until the worker may own destinations; by then all other workers know about this worker. 0 or less if
   * the worker may own destinations now.
   */
  readonly activeInMs: number;
  /** Milliseconds since the worker's last heartbeat. */
  readonly sinceHeartbeatMs: number;
}

/** Contents of the worker registry at one moment. */
export interface WorkersSnapshot {
  /** Live workers, including the worker that calls the registry. */
  readonly workers: readonly LiveWorker[];
  /** States of destinations that changed since the last heartbeat, in the order of their `seq`. */
  readonly states: readonly DestinationState[];
}

/** Registry of the hub's live workers, and of the states of its destinations. */
export interface WorkerRegistry {
  /**
   * Records a heartbeat and reads the registry. Each worker calls `heartbeat` once per second.
   * @param seenSeq highest `seq` of the states that this process has read; 0 to read all states that ever changed
   */
  heartbeat(workerId: string, seenSeq: number): Promise<WorkersSnapshot>;
  /** Returns the number of live workers. */
  countLive(): Promise<number>;
  /** Removes a stopping worker, so that other workers take over its destinations at once. */
  leave(workerId: string): Promise<void>;
  /**
   * Stores breakers, atomically. If a breaker is already stored, the open period ends at the later of the two end times.
   * While the breaker is open, claims skip the destination. Ignores the breakers of paused destinations.
   */
  setBreakers(changes: readonly BreakerChange[]): Promise<void>;
  /** Adds outcomes of calls to the stored health of destinations. */
  addHealth(changes: readonly HealthChange[]): Promise<void>;
}
