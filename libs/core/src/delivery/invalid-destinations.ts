import type { CompiledBrand } from '../configuration/compiled-brand.js';
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

  /** Checks the destinations of each brand that this process loads from now on. */
  watch(): void {
    this.parts.configuration.onLoad((brand) => void this.pauseAll(brand));
  }

  /** Pauses an invalid destination with a reason, so that its deliveries are held. */
  async pause({ id, version }: DestinationRecord, reason: string): Promise<void> {
    const { pauses, log } = this.parts;
    const isPaused = await pauses.pause(id, reason, HUB_ACTOR, { failedAttempt: { errorKind: null, version } });
    if (isPaused) log.paused({ destinationId: id, reason });
  }

  private async pauseAll({ brand, destinations }: CompiledBrand): Promise<void> {
    const { storedValues, paused, log } = this.parts;
    for (const destination of destinations.values()) {
      if (destination.disabled || paused.pauseSeqs.has(destination.id)) continue;
      try {
        const problem = storedValues.problemOf(destination, brand);
        if (problem !== null) await this.pause(destination, problem);
      } catch (error) {
        // Only log the failure, because each attempt checks the destination again.
        log.fault(error, `check of destination ${destination.id}`);
      }
    }
  }
}
