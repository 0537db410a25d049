import type { CircuitBreaker } from '../delivery/circuit-breaker.js';
import type { BreakerChange, DestinationState } from '../delivery/destination-state.js';
import type { HealthChange } from '../delivery/health-report.js';
import type { WorkersSnapshot, WorkerRegistry } from '../delivery/worker-registry.port.js';

/** Worker registry in memory, in which a worker's heartbeat never expires. */
export class MemoryWorkerRegistry implements WorkerRegistry {
  readonly health: HealthChange[] = [];
  private readonly workers = new Set<string>();
  private readonly states = new Map<string, DestinationState>();
  private seq = 0;

  heartbeat(workerId: string, seenSeq: number): Promise<WorkersSnapshot> {
    this.workers.add(workerId);
    const workers = [...this.workers].map((id) => ({ id, activeInMs: 0, sinceHeartbeatMs: 0 }));
    return Promise.resolve({ workers, states: this.changedAfter(seenSeq) });
  }

  countLive(): Promise<number> {
    return Promise.resolve(this.workers.size);
  }

  leave(workerId: string): Promise<void> {
    this.workers.delete(workerId);
    return Promise.resolve();
  }

  setBreakers(changes: readonly BreakerChange[]): Promise<void> {
    this.seq += 1;
    for (const { destinationId, breaker } of changes) {
      this.states.set(destinationId, { destinationId, breaker, pauseSeq: null, seq: this.seq });
    }
    return Promise.resolve();
  }

  addHealth(changes: readonly HealthChange[]): Promise<void> {
    this.health.push(...changes);
    return Promise.resolve();
  }

  /** Returns the stored breaker of a destination. Null if it was reset, undefined if it never opened. */
  breakerOf(destinationId: string): CircuitBreaker | null | undefined {
    return this.states.get(destinationId)?.breaker;
  }

  /** Returns the states that changed after a number, as a heartbeat reads them. */
  changedAfter(seenSeq: number): readonly DestinationState[] {
    return [...this.states.values()].filter(({ seq }) => seq > seenSeq).sort((a, b) => a.seq - b.seq);
  }
}
