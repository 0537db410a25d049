import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import { HUB_ACTOR, type ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { StoredValuesCheck } from './destinations.js';
import type { DispatcherLog } from './dispatcher-log.js';

/** Pauses destinations whose stored credentials or settings do not fit their plugin, or whose plugin is missing. */
export class InvalidDestinations {
  constructor(
    private readonly configuration: LiveConfiguration,
    private readonly storedValues: StoredValuesCheck,
    private readonly pauses: Pick<ConfigurationStore, 'pauseDestination'>,
    private readonly log: Pick<DispatcherLog, 'paused' | 'fault'>,
  ) {}

  /** Checks all destinations now, and the destinations of changed brands after each change of the configuration. */
  async watch(): Promise<void> {
    this.configuration.onLoad(({ destinations }) => void this.pauseAll(destinations));
    await this.pauseAll(this.configuration.current.records.destinations);
  }

  /** Pauses an invalid destination. Returns null if the destination is valid. */
  pauseIfInvalid(destination: DestinationRecord): Promise<void> | null {
    const brand = this.configuration.current.brands.get(destination.brandId);
    const problem = brand === undefined ? null : this.storedValues.problemOf(destination, brand);
    return problem === null ? null : this.pause(destination, problem);
  }

  /** Pauses an invalid destination with a reason, so that its deliveries are held. */
  async pause({ id, version }: DestinationRecord, reason: string): Promise<void> {
    const isPaused = await this.pauses.pauseDestination(id, reason, HUB_ACTOR, {
      failedAttempt: { errorKind: null, version },
    });
    if (isPaused) this.log.paused({ destinationId: id, reason });
  }

  private async pauseAll(destinations: readonly DestinationRecord[]): Promise<void> {
    for (const destination of destinations) {
      if (destination.paused || destination.disabled) continue;
      try {
        await this.pauseIfInvalid(destination);
      } catch (error) {
        // Only log the failure, because each attempt checks the destination again.
        this.log.fault(error, `check of destination ${destination.id}`);
      }
    }
  }
}
