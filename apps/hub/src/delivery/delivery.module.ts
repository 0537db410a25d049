import { randomUUID } from 'node:crypto';
import { Module, type FactoryProvider } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import {
  createDispatcher,
  CustomerLookups,
  DestinationHealth,
  DirectDelivery,
  Dispatcher,
  FallbackSteps,
  InvalidDestinations,
  LiveConfiguration,
  LookupPauses,
  MappingCache,
  MessageBuilder,
  MessagePolicy,
  OutcomeRecorder,
  type OutcomeRecorderOptions,
  PausedDestinations,
  StoredValuesCheck,
  SuppressionList,
  WorkerRing,
  type Clock,
  type ConfigurationStore,
  type DeliveryStore,
  type DestinationPauseStore,
  type DispatcherLog,
  type LookupPauseStore,
  type MessagingStore,
  type StatusUpdateStore,
  type SuppressionStore,
  type Traces,
  type Vault,
  type WorkerRegistry,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { BullWakeUps } from '@patchbay/queue';
import { CapillaryClients } from '@patchbay/recipients';
import type { Logger } from 'pino';
import { CallbackUrls } from '../callbacks/callback-urls.js';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { HUB_ENVIRONMENT, LOGGER } from '../context/hub-options.js';
import {
  CLOCK,
  CONFIGURATION_STORE,
  DatabaseModule,
  DELIVERY_STORE,
  DESTINATION_PAUSE_STORE,
  LOOKUP_PAUSE_STORE,
  MESSAGING_STORE,
  STATUS_UPDATE_STORE,
  SUPPRESSION_STORE,
  WORKER_REGISTRY,
} from '../database/database.module.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { EGRESS_POLICY } from '../plugins/plugins.module.js';
import { TRACES } from '../tracing/tracing.module.js';
import { VAULT } from '../vault/vault.module.js';
import { CapillaryClientsModule } from '../capillary/capillary-clients.module.js';
import { customerLookups, dispatcherLog } from './delivery-ports.js';
import { DeliveryWorker } from './delivery-worker.js';
import { LookupReleases } from './lookup-releases.js';
import { PauseEnds } from './pause-ends.js';
import { VendorStatusCounter } from './vendor-status-counter.js';

const DISPATCHER_LOG = Symbol('DispatcherLog');

const logFault =
  (logger: Logger) =>
  (error: unknown, where: string): void =>
    logger.error({ err: error, where }, 'internal error');

/**
 * Sizes and waits of the batches of outcomes. The vendor already has the message, so only the next delivery of the same
 * order key waits for an outcome. Decision 0082 explains the waits.
 */
const OUTCOME_BATCHES: OutcomeRecorderOptions = {
  lingerMs: 5,
  maxBatch: 500,
  maxInFlight: 2,
  overlap: { smallBelow: 32, lingerMs: 10, maxLingerMs: 20 },
  retryDelayMs: 500,
};

/** Providers of the parts of a message. */
const messageParts: readonly FactoryProvider[] = [
  {
    provide: CallbackUrls,
    inject: [VAULT, HUB_ENVIRONMENT],
    useFactory: (vault: Vault, { publicUrl }: HubEnvironment) => new CallbackUrls(vault, publicUrl),
  },
  {
    provide: LookupPauses,
    inject: [LiveConfiguration, LOOKUP_PAUSE_STORE, CLOCK, LOGGER],
    useFactory: (configuration: LiveConfiguration, store: LookupPauseStore, clock: Clock, logger: Logger) =>
      new LookupPauses({
        ...{ configuration, store, clock },
        onPaused: (facts) => logger.warn(facts, 'lookup paused, the deliveries that need it are held'),
      }),
  },
  {
    provide: CustomerLookups,
    inject: [LOGGER, LiveConfiguration, EGRESS_POLICY, CapillaryClients, LookupPauses],
    useFactory: customerLookups,
  },
  {
    provide: MappingCache,
    inject: [CONFIGURATION_STORE],
    useFactory: (store: ConfigurationStore) => new MappingCache(store),
  },
  {
    provide: MessagePolicy,
    inject: [MESSAGING_STORE, CLOCK],
    useFactory: (store: MessagingStore, clock: Clock) => new MessagePolicy(store, clock),
  },
  {
    provide: SuppressionList,
    inject: [SUPPRESSION_STORE, CLOCK],
    useFactory: (store: SuppressionStore, clock: Clock) => new SuppressionList(store, clock),
  },
  {
    provide: MessageBuilder,
    inject: [PluginGateway, MappingCache, CustomerLookups, MessagePolicy, SuppressionList],
    useFactory: (
      gateway: PluginGateway,
      mappings: MappingCache,
      lookups: CustomerLookups,
      policy: MessagePolicy,
      suppressions: SuppressionList,
    ) => new MessageBuilder({ gateway, mappings, lookups, policy, suppressions }),
  },
];

/** Providers of the dispatcher, which decides which deliveries are attempted, and when. */
const dispatching: readonly FactoryProvider[] = [
  { provide: WorkerRing, useFactory: () => new WorkerRing(randomUUID()) },
  { provide: PausedDestinations, useFactory: () => new PausedDestinations() },
  {
    provide: DestinationHealth,
    inject: [WORKER_REGISTRY, CLOCK, LOGGER],
    useFactory: (registry: WorkerRegistry, clock: Clock, logger: Logger) =>
      new DestinationHealth(registry, clock, (error) => logFault(logger)(error, 'circuit breakers of destinations')),
  },
  {
    provide: FallbackSteps,
    inject: [MESSAGING_STORE, MappingCache, BullWakeUps, CLOCK, LOGGER],
    useFactory: (store: MessagingStore, mappings: MappingCache, wakeUps: BullWakeUps, clock: Clock, logger: Logger) =>
      new FallbackSteps(store, mappings, wakeUps, clock, logFault(logger)),
  },
  {
    provide: OutcomeRecorder,
    inject: [DELIVERY_STORE, STATUS_UPDATE_STORE, LOGGER],
    useFactory: (store: DeliveryStore, statusUpdates: StatusUpdateStore, logger: Logger) =>
      new OutcomeRecorder(store, statusUpdates, OUTCOME_BATCHES, (error) => logFault(logger)(error, 'outcomes')),
  },
  {
    provide: StoredValuesCheck,
    inject: [PluginGateway],
    useFactory: (gateway: PluginGateway) => new StoredValuesCheck(gateway),
  },
  { provide: DISPATCHER_LOG, inject: [LOGGER, HubMetrics, LiveConfiguration], useFactory: dispatcherLog },
  {
    provide: Dispatcher,
    inject: [
      ...[DELIVERY_STORE, LiveConfiguration, DESTINATION_PAUSE_STORE, PluginGateway, StoredValuesCheck, MessageBuilder],
      ...[CallbackUrls, OutcomeRecorder, BullWakeUps],
      ...[WorkerRing, DestinationHealth, PausedDestinations, FallbackSteps, SuppressionList, CLOCK, DISPATCHER_LOG],
      TRACES,
    ],
    useFactory: (
      store: DeliveryStore,
      configuration: LiveConfiguration,
      pauses: DestinationPauseStore,
      gateway: PluginGateway,
      storedValues: StoredValuesCheck,
      messages: MessageBuilder,
      urls: CallbackUrls,
      recorder: OutcomeRecorder,
      wakeUps: BullWakeUps,
      ring: WorkerRing,
      health: DestinationHealth,
      paused: PausedDestinations,
      fallbacks: FallbackSteps,
      suppressions: SuppressionList,
      clock: Clock,
      log: DispatcherLog,
      traces: Traces | null,
    ) =>
      createDispatcher({
        ...{ store, configuration, pauses, gateway, storedValues, messages },
        ...{ recorder, wakeUps, ring, health, paused, fallbacks, suppressions, clock, log, traces },
        statusCallbackUrl: (destination, deliveryId) => urls.ofDelivery(destination, deliveryId),
        options: { batch: 100, sliceMs: 250, maxInFlight: 1_000, defaultConcurrency: 50 },
      }),
  },
  {
    provide: DirectDelivery,
    inject: [Dispatcher, DISPATCHER_LOG],
    useFactory: (dispatcher: Dispatcher, log: DispatcherLog) => new DirectDelivery(dispatcher, log),
  },
  {
    provide: InvalidDestinations,
    inject: [LiveConfiguration, StoredValuesCheck, DESTINATION_PAUSE_STORE, PausedDestinations, DISPATCHER_LOG],
    useFactory: (
      configuration: LiveConfiguration,
      storedValues: StoredValuesCheck,
      pauses: DestinationPauseStore,
      paused: PausedDestinations,
      log: DispatcherLog,
    ) => new InvalidDestinations({ configuration, storedValues, pauses, paused, log }),
  },
];

/**
 * Delivers events. Modules that create deliveries import this module, so that Nest stops them before it stops the
 * sending of these deliveries.
 */
@Module({
  imports: [DatabaseModule, ConfigurationModule, MetricsModule, CapillaryClientsModule],
  providers: [...messageParts, ...dispatching, DeliveryWorker, PauseEnds, LookupReleases, VendorStatusCounter],
  exports: [CallbackUrls, CustomerLookups, DirectDelivery, FallbackSteps, LookupReleases, SuppressionList],
})
export class DeliveryModule {}
