import type { CircuitBreaker } from '../delivery/circuit-breaker.js';
import type { Board, WorkerBoard } from '../delivery/worker-board.port.js';

/** A board in memory, where all who beat live for ever. */
export class MemoryWorkerBoard implements WorkerBoard {
  readonly breakers = new Map<string, CircuitBreaker>();
  private readonly workers = new Set<string>();

  beat(workerId: string): Promise<Board> {
    this.workers.add(workerId);
    const workers = [...this.workers].map((id) => ({ id, countsInMs: 0, silentMs: 0 }));
    return Promise.resolve({ workers, breakers: new Map(this.breakers) });
  }

  leave(workerId: string): Promise<void> {
    this.workers.delete(workerId);
    return Promise.resolve();
  }

  setBreaker(destinationId: string, breaker: CircuitBreaker): Promise<void> {
    this.breakers.set(destinationId, breaker);
    return Promise.resolve();
  }

  removeBreaker(destinationId: string): Promise<void> {
    this.breakers.delete(destinationId);
    return Promise.resolve();
  }
}
