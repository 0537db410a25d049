import { Stopwatch } from '../clock.js';
import type { DestinationHealth } from './destination-health.js';
import type { PausedDestinations } from './paused-destinations.js';
import type { WorkerRing } from './worker-ring.js';
import type { WorkerRegistry } from './worker-registry.port.js';

/** Sends the heartbeat of this worker and applies the registry's answer about the other workers. */
export class Heartbeat {
  /** Highest number of the states of destinations that this process has read. */
  private seenSeq = 0;

  constructor(
    private readonly registry: Pick<WorkerRegistry, 'heartbeat' | 'leave'>,
    private readonly ring: WorkerRing,
    private readonly health: DestinationHealth,
    private readonly paused: PausedDestinations,
  ) {}

  /**
   * Sends one heartbeat. Called once per second. Throws if the database is unavailable; the last known state of the
   * workers then applies.
   */
  async once(): Promise<void> {
    const sinceHeartbeat = new Stopwatch();
    const { workers, states } = await this.registry.heartbeat(this.ring.id, this.seenSeq);
    this.ring.update(workers, sinceHeartbeat);
    this.health.refresh(states);
    this.paused.refresh(states);
    this.seenSeq = states.at(-1)?.seq ?? this.seenSeq;
  }

  /** Removes this worker from the registry, so that other workers take over its destinations. */
  leave(): Promise<void> {
    return this.registry.leave(this.ring.id);
  }
}
