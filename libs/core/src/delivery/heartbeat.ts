import { Stopwatch, type Clock } from '../clock.js';
import type { DestinationHealth } from './destination-health.js';
import type { Fleet } from './fleet.js';
import type { WorkerBoard } from './worker-board.port.js';

/** Tells the other workers that this one lives, and tells this one what the others know. */
export class Heartbeat {
  constructor(
    private readonly board: Pick<WorkerBoard, 'beat' | 'leave'>,
    private readonly fleet: Fleet,
    private readonly health: DestinationHealth,
    private readonly clock: Clock,
  ) {}

  /** One beat, each second. Throws where the database is away; then what was known goes on for a while. */
  async once(): Promise<void> {
    const sinceBeat = new Stopwatch();
    const { workers, breakers } = await this.board.beat(this.fleet.id, this.clock.now());
    this.fleet.update(workers, sinceBeat);
    this.health.refresh(breakers);
  }

  /** Hands on what is this worker's. */
  leave(): Promise<void> {
    return this.board.leave(this.fleet.id);
  }
}
