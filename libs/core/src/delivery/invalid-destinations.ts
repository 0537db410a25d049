import type { DestinationRecord } from '../configuration/configuration-snapshot.js';
import { HUB_ACTOR } from '../configuration/configuration-store.port.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { DestinationPauseStore } from './destination-pause-store.port.js';
import type { StoredValuesCheck } from './destinations.js';
import type { DispatcherLog } from './dispatcher-log.js';
import type { PausedDestinations } from './paused-destinations.js';

/** Dependencies of {@link InvalidDestinations}. */
export interface InvalidDestinationsParts {
  readonly configuration: LiveConfiguration;
  readonly storedValues: StoredValuesCheck;
  readonly pauses: Pick<DestinationPauseStore, 'pause'>;
  readonly paused: Pick<PausedDestinations, 'pauseSeqs'>;
  readonly log: Pick<DispatcherLog, 'paused' | 'fault'>;
}

/** Pauses destinations whose stored credentials or settings do not fit their plugin, or whose plugin is missing. */
export class InvalidDestinations {
  constructor(private readonly parts: InvalidDestinationsParts) {}

  /** Checks all destinations now, and the destinations of changed brands after each change of the configuration. */
  async watch(): Promise<void> {
    const { configuration } = this.parts;
    configuration.onLoad(({ destinations }) => void this.pauseAll(destinations));
    await this.pauseAll(configuration.current.records.destinations);
  }

  /** Pauses an invalid destination. Returns null if the destination is valid. */
  pauseIfInvalid(destination: DestinationRecord): Promise<void> | null {
    const { configuration, storedValues } = this.parts;
    const brand = configuration.current.brands.get(destination.brandId);
    const problem = brand === undefined ? null : storedValues.problemOf(destination, brand);
    return problem === null ? null : this.pause(destination, problem);
  }

  /** Pauses an invalid destination with a reason, so that its deliveries are held. */
  async pause({ id, version }: DestinationRecord, reason: string): Promise<void> {
    const { pauses, log } = this.parts;
    const isPaused = await pauses.pause(id, reason, HUB_ACTOR, { failedAttempt: { errorKind: null, version } });
    if (isPaused) log.paused({ destinationId: id, reason });
  }

  private async pauseAll(destinations: readonly DestinationRecord[]): Promise<void> {
    const { paused, log } = this.parts;
    for (const destination of destinations) {
      if (destination.disabled || paused.pauseSeqs.has(destination.id)) continue;
      try {
        await this.pauseIfInvalid(destination);
      } catch (error) {
        // Only log the failure, because each attempt checks the destination again.
        log.fault(error, `check of destination ${destination.id}`);
      }
    }
  }
}
