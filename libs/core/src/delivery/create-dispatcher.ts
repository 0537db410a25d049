import type { Clock } from '../clock.js';
import type { ConfigurationStore } from '../configuration/configuration-store.port.js';
import type { LiveConfiguration } from '../configuration/compiled-configuration.js';
import type { FallbackSteps } from '../messaging/fallback-steps.js';
import type { AttemptDelivery } from './attempt.js';
import { Claims } from './claims.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { DestinationHealth } from './destination-health.js';
import { DestinationLimits } from './destinations.js';
import { Dispatcher, type DispatcherOptions } from './worker.js';
import type { DispatcherLog } from './dispatcher-log.js';
import type { WorkerRing } from './worker-ring.js';
import type { OutcomeRecorder } from './outcome-recorder.js';
import { SettleDelivery } from './settle.js';
import { AttemptRunner } from './attempt-runner.js';
import { InvalidDestinations } from './invalid-destinations.js';
import type { WakeUps } from './wake-ups.port.js';

/** Dependencies of a {@link Dispatcher}. */
export interface DispatcherDependencies {
  readonly store: DeliveryStore;
  readonly configuration: LiveConfiguration;
  readonly pauses: Pick<ConfigurationStore, 'pauseDestination'>;
  readonly attempts: AttemptDelivery;
  readonly recorder: OutcomeRecorder;
  readonly wakeUps: Pick<WakeUps, 'wake' | 'wakeAt'>;
  readonly ring: WorkerRing;
  readonly health: DestinationHealth;
  readonly fallbacks: Pick<FallbackSteps, 'once'>;
  readonly clock: Clock;
  readonly log: DispatcherLog;
  readonly options: DispatcherOptions & {
    /** Maximum number of calls in flight per destination, if neither the brand nor the plugin sets one. */
    readonly defaultConcurrency: number;
  };
}

/** Creates a dispatcher and its parts. */
export function createDispatcher(parts: DispatcherDependencies): Dispatcher {
  const { configuration, attempts, health, clock, log, options } = parts;
  const claims = new Claims(parts.store, clock);
  return new Dispatcher(
    claims,
    new DestinationLimits(configuration, attempts, health, parts.ring, options.defaultConcurrency),
    new AttemptRunner(
      configuration,
      attempts,
      claims,
      new InvalidDestinations(configuration, attempts, parts.pauses, log),
      log,
    ),
    new SettleDelivery(configuration, attempts, parts.recorder, parts.pauses, health, parts.fallbacks, clock, log),
    parts.wakeUps,
    clock,
    log,
    options,
  );
}
