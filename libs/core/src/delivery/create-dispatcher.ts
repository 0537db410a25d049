import type { Clock } from '../clock.js';
import type { LiveConfiguration } from '../configuration/live-configuration.js';
import type { FallbackSteps } from '../messaging/fallback.js';
import type { SuppressionList } from '../suppressions/suppression-list.js';
import { AttemptDelivery, type StatusCallbackUrls } from './attempt.js';
import { AttemptBatch } from './attempt-batch.js';
import type { MessageBuilder } from './build-message.js';
import { Claims } from './destination-queue.js';
import type { DeliveryStore } from './delivery-store.port.js';
import type { DestinationGateway } from './destination-gateway.port.js';
import type { DestinationHealth } from './destination-health.js';
import type { DestinationPauseStore } from './destination-pause-store.port.js';
import { Destinations, type StoredValuesCheck } from './destinations.js';
import { DispatchBatch } from './dispatch-batch.js';
import type { DispatcherLog } from './dispatcher-log.js';
import { InvalidDestinations } from './invalid-destinations.js';
import type { PausedDestinations } from './paused-destinations.js';
import { RouteDelivery } from './route-delivery.js';
import { SettleDelivery, type OutcomeRecorder } from './settle.js';
import { SettleBatch } from './settle-batch.js';
import { TracedAttempts } from '../tracing/traced-attempts.js';
import { TracedBatches } from '../tracing/traced-batches.js';
import type { Traces } from '../tracing/traces.port.js';
import type { WakeUps } from './wake-ups.port.js';
import { Dispatcher, type DispatcherOptions } from './worker.js';
import type { WorkerRing } from './worker-ring.js';

/** Dependencies of a {@link Dispatcher}. */
export interface DispatcherDependencies {
  readonly store: DeliveryStore;
  readonly configuration: LiveConfiguration;
  readonly pauses: Pick<DestinationPauseStore, 'pause' | 'alertFailing'>;
  readonly gateway: DestinationGateway;
  readonly storedValues: StoredValuesCheck;
  readonly messages: MessageBuilder;
  readonly statusCallbackUrl: StatusCallbackUrls;
  readonly suppressions: Pick<SuppressionList, 'report'>;
  readonly recorder: OutcomeRecorder;
  readonly wakeUps: Pick<WakeUps, 'wake' | 'wakeAt'>;
  readonly ring: WorkerRing;
  readonly health: DestinationHealth;
  readonly paused: PausedDestinations;
  readonly fallbacks: Pick<FallbackSteps, 'once'>;
  readonly clock: Clock;
  readonly log: DispatcherLog;
  /** Null if tracing is off. */
  readonly traces?: Traces | null;
  readonly options: DispatcherOptions & {
    /** Maximum number of calls in flight per destination, if neither the brand nor the plugin sets a maximum. */
    readonly defaultConcurrency: number;
  };
}

/** Creates a dispatcher and its parts. */
export function createDispatcher(dependencies: DispatcherDependencies): Dispatcher {
  const { configuration, gateway, storedValues, pauses, paused, health, ring, clock, log, options } = dependencies;
  const { traces = null } = dependencies;
  const claims = new Claims(dependencies.store, clock, log, traces);
  const { defaultConcurrency } = options;
  const destinations = new Destinations({ configuration, gateway, health, ring, defaultConcurrency });
  const parts = { ...dependencies, claims, destinations, traces };
  const invalidDestinations = new InvalidDestinations({ configuration, storedValues, pauses, paused, log });
  const attempts = new AttemptDelivery({ ...parts, invalidDestinations });
  const batches = new AttemptBatch({ ...parts, attempts });
  const attempted = traces === null ? attempts : new TracedAttempts(attempts, traces);
  const settlement = new SettleDelivery(parts);
  return new Dispatcher({
    ...parts,
    attempts: attempted,
    batches: new DispatchBatch({
      ...parts,
      attempts: attempted,
      batches: traces === null ? batches : new TracedBatches(batches, traces),
      settlement: new SettleBatch({ ...parts, settlement }),
    }),
    routing: new RouteDelivery({ ...dependencies.messages.parts, ...parts }),
    settlement,
  });
}
