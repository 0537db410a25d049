import type { DestinationHealth } from './destination-health.js';
import type { WorkerRegistry } from './worker-registry.port.js';

/**
 * Writes the outcomes of this worker's calls for the answers of the admin API. A write may wait for a lock. As a part of
 * the heartbeat, such a write would delay the heartbeat, and the other workers would take over this worker's destinations.
 */
export class HealthReporter {
  constructor(
    private readonly registry: Pick<WorkerRegistry, 'addHealth'>,
    private readonly health: DestinationHealth,
  ) {}

  /**
   * Writes the outcomes since the last report. Rejects if the database is unavailable; the next report then contains
   * these outcomes too.
   */
  async once(): Promise<void> {
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
