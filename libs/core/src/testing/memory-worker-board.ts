import type { Gate } from '../delivery/gate.js';
import type { Board, WorkerBoard } from '../delivery/worker-board.port.js';

/** A board in memory, where all who beat live for ever. */
export class MemoryWorkerBoard implements WorkerBoard {
  readonly gates = new Map<string, Gate>();
  private readonly workers = new Set<string>();

  beat(workerId: string): Promise<Board> {
    this.workers.add(workerId);
    const workers = [...this.workers].map((id) => ({ id, countsInMs: 0, silentMs: 0 }));
    return Promise.resolve({ workers, gates: new Map(this.gates) });
  }

  leave(workerId: string): Promise<void> {
    this.workers.delete(workerId);
    return Promise.resolve();
  }

  setGate(destinationId: string, gate: Gate): Promise<void> {
    this.gates.set(destinationId, gate);
    return Promise.resolve();
  }

  removeGate(destinationId: string): Promise<void> {
    this.gates.delete(destinationId);
    return Promise.resolve();
  }
}
