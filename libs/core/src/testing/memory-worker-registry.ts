import type { CircuitBreaker } from '../delivery/circuit-breaker.js';
import type { HealthChange } from '../delivery/health-report.js';
import type { WorkersSnapshot, WorkerRegistry } from '../delivery/worker-registry.port.js';

/** Worker registry in memory, in which a worker's heartbeat never expires. */
export class MemoryWorkerRegistry implements WorkerRegistry {
  readonly breakers = new Map<string, CircuitBreaker>();
  readonly health: HealthChange[] = [];
  private readonly workers = new Set<string>();

  heartbeat(workerId: string): Promise<WorkersSnapshot> {
    this.workers.add(workerId);
    const workers = [...this.workers].map((id) => ({ id, activeInMs: 0, sinceHeartbeatMs: 0 }));
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

  addHealth(changes: readonly HealthChange[]): Promise<void> {
    this.health.push(...changes);
    return Promise.resolve();
  }
}
