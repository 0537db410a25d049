import { Stopwatch, type Clock } from '../clock.js';
import type { DestinationHealth } from './destination-health.js';
import type { WorkerRing } from './worker-ring.js';
import type { WorkerRegistry } from './worker-registry.port.js';

/** Number of heartbeats between two reports of the destinations' health. */
const HEARTBEATS_PER_REPORT = 3;

/** Sends the heartbeat of this worker and applies the registry's answer about the other workers. */
export class Heartbeat {
  private beats = 0;

  constructor(
    private readonly registry: Pick<WorkerRegistry, 'heartbeat' | 'leave' | 'addHealth'>,
    private readonly ring: WorkerRing,
    private readonly health: DestinationHealth,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends one heartbeat. Called once per second. Throws if the database is unavailable; the last known state of the
   * workers then applies.
   */
  async once(): Promise<void> {
    const sinceHeartbeat = new Stopwatch();
    const { workers, breakers } = await this.registry.heartbeat(this.ring.id, this.clock.now());
    this.ring.update(workers, sinceHeartbeat);
    this.health.refresh(breakers);
    this.beats += 1;
    if (this.beats % HEARTBEATS_PER_REPORT === 0) await this.reportHealth();
  }

  /** Removes this worker from the registry, so that other workers take over its destinations. */
  async leave(): Promise<void> {
    // Together, because the last outcomes are written even if the worker cannot leave.
    await Promise.all([this.registry.leave(this.ring.id), this.reportHealth()]);
  }

  private async reportHealth(): Promise<void> {
    const changes = this.health.takeReport();
    if (changes.length === 0) return;
    try {
      await this.registry.addHealth(changes);
    } catch (error) {
      this.health.putReportBack(changes);
      throw error;
    }
  }
}
