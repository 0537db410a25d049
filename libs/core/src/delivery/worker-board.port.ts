import type { CircuitBreaker } from './circuit-breaker.js';

/** A worker that lives, by the board. */
export interface LiveWorker {
  readonly id: string;
  /** How long until it counts, in milliseconds: by then all others know of it. 0 or less: it does. */
  readonly countsInMs: number;
  /** Since its last beat, in milliseconds. */
  readonly silentMs: number;
}

/** What the board says. */
export interface Board {
  /** The one that asked included. */
  readonly workers: readonly LiveWorker[];
  /** Circuit breakers, by destination. */
  readonly breakers: ReadonlyMap<string, CircuitBreaker>;
}

/** Where the workers of a hub tell each other that they live, and which destinations give trouble. */
export interface WorkerBoard {
  /**
   * Says that a worker lives, and reads the board. Once a second from each worker.
   * @param now milliseconds since the epoch, to expire breakers
   */
  beat(workerId: string, now: number): Promise<Board>;
  /** The worker stops: others take over at once what was its. */
  leave(workerId: string): Promise<void>;
  /** Stores a destination's breaker; the later of two open periods counts. Claims yield nothing while it is open. */
  setBreaker(destinationId: string, breaker: CircuitBreaker): Promise<void>;
  /** Deletes a destination's breaker. */
  removeBreaker(destinationId: string): Promise<void>;
}
