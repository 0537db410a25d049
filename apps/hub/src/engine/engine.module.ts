import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import {
  AttemptDelivery,
  CustomerLookups,
  createDispatcher,
  DestinationHealth,
  Dispatcher,
  FallbackSteps,
  WorkerRing,
  ErasureRunner,
  GroupCommit,
  Heartbeat,
  IngestAdmission,
  IngestEvents,
  KeyUses,
  LiveConfiguration,
  MappingCache,
  MessagePolicy,
  OperationalRelay,
  OutcomeRecorder,
  ReplayPlanner,
  ReplayRunner,
  Sweep,
  InvalidDestinations,
  type SourceAdapters,
} from '@patchbay/core';
import { createEgressPolicy, type EgressPolicy } from '@patchbay/http';
import { InProcessLocks, NestedLocks, PluginGateway, PluginHostModule, type HostPorts } from '@patchbay/plugin-host';
import { BullWakeUps, QueueModule } from '@patchbay/queue';
import { sourceAdapters } from '@patchbay/sources';
import { ConfigurationHealth } from '../boot/configuration-health.js';
import type { HubDependencies } from '../boot/hub-dependencies.js';
import { pluginLocations } from '../boot/plugin-locations.js';
import { withDisplayPaths } from '../admin/common/display-paths.js';
import { CallbackUrls } from '../callbacks/callback-urls.js';
import { customerLookups } from '../delivery/create-customer-lookups.js';
import { DeliveryWorker } from '../delivery/delivery-worker.js';
import { dispatcherLog } from '../delivery/pino-dispatcher-log.js';
import { OperationalWorker } from '../delivery/operational-worker.js';
import { ErasureWorker } from '../delivery/erasure-worker.js';
import { ReplayWorker } from '../delivery/replay-worker.js';
import { FilterBudgetReport } from '../ingest/filter-budget-report.js';
import { sourceAuthenticator } from '../ingest/source-authenticator.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import {
  ADMIN_KEY,
  AUDIT_LOG,
  CLOCK,
  CLOCK_CHECK,
  CONFIGURATION_STORE,
  DELIVERY_INTERVENTIONS,
  STATUS_UPDATE_STORE,
  ERASURE_STORE,
  HUB_ENVIRONMENT,
  KEY_STORE,
  LOGGER,
  MASTER_KEY_ROTATION,
  READ_STORE,
  REPLAY_STORE,
  SOURCE_ADAPTERS,
  VAULT,
} from '../tokens.js';

const MAX_EVENTS_PER_CALL = 1_000;

/**
 * Module of the domain's use cases, wired to the dependencies of this process. It exports everything that controllers
 * inject.
 */
@Module({})
export class EngineModule {
  /** Rejects if a plugin is invalid. */
  static async forRoot(dependencies: HubDependencies): Promise<DynamicModule> {
    const egress = createEgressPolicy(dependencies.environment.egressAllow.join(' '));
    const providers = [
      ...dependencyProviders(dependencies),
      { provide: ConfigurationHealth, useFactory: () => new ConfigurationHealth(dependencies.configurationStore) },
      ...ingestProviders(dependencies),
      ...deliveryProviders(dependencies, egress),
      ...replayProviders(dependencies),
      ...erasureProviders(dependencies),
      operationalProvider(dependencies),
    ];
    return {
      module: EngineModule,
      global: true,
      imports: [
        await QueueModule.forRoot({
          backend: dependencies.queueBackend,
          clock: dependencies.clock,
          onError: (error) => dependencies.logger.warn({ err: error }, 'queue call failed'),
          onChange: (up) =>
            up
              ? dependencies.logger.info('queue is available, wake-ups go through it')
              : dependencies.logger.warn('queue is unavailable, each worker finds its own deliveries'),
        }),
        await PluginHostModule.forRootAsync({
          locations: pluginLocations(dependencies.settings.plugins),
          useFactory: (): HostPorts => ({
            egress,
            logger: dependencies.logger,
            locks: new NestedLocks(new InProcessLocks(), dependencies.locks),
            clock: dependencies.clock,
          }),
        }),
      ],
      providers,
      exports: [...providers.map(({ provide }) => provide), PluginHostModule],
    };
  }
}

function dependencyProviders(dependencies: HubDependencies): FactoryProvider[] {
  const values: readonly (readonly [symbol, unknown])[] = [
    [HUB_ENVIRONMENT, dependencies.environment],
    [LOGGER, dependencies.logger],
    [CLOCK, dependencies.clock],
    [CLOCK_CHECK, dependencies.clockCheck],
    [ADMIN_KEY, dependencies.adminKey],
    [VAULT, dependencies.vault],
    [CONFIGURATION_STORE, dependencies.configurationStore],
    [READ_STORE, dependencies.readStore],
    [STATUS_UPDATE_STORE, dependencies.statusUpdateStore],
    [DELIVERY_INTERVENTIONS, dependencies.deliveryInterventions],
    [REPLAY_STORE, dependencies.replayStore],
    [ERASURE_STORE, dependencies.erasureStore],
    [KEY_STORE, dependencies.keyStore],
    [AUDIT_LOG, dependencies.auditLog],
    [MASTER_KEY_ROTATION, dependencies.masterKeyRotation],
    [SOURCE_ADAPTERS, sourceAdapters()],
  ];
  return values.map(([provide, value]) => ({ provide, useFactory: () => value }));
}

function ingestProviders(dependencies: HubDependencies): FactoryProvider[] {
  return [
    {
      provide: LiveConfiguration,
      inject: [SOURCE_ADAPTERS],
      useFactory: (adapters: SourceAdapters) => new LiveConfiguration(displayPathStore(dependencies), adapters),
    },
    {
      provide: GroupCommit,
      inject: [LiveConfiguration, HubMetrics],
      useFactory: (configuration: LiveConfiguration, metrics: HubMetrics) => {
        const nameOf = (id: string): string | undefined => configuration.current.brand(id)?.name;
        const store = new FilterBudgetReport(
          dependencies.eventStore,
          metrics,
          dependencies.logger,
          dependencies.clock,
          nameOf,
        );
        return new GroupCommit(store, configuration, { lingerMs: 1, maxGroup: 200, maxInFlight: 4 });
      },
    },
    {
      provide: IngestAdmission,
      inject: [LiveConfiguration, KeyUses],
      useFactory: (configuration: LiveConfiguration, uses: KeyUses) =>
        new IngestAdmission(configuration, sourceAuthenticator(uses), dependencies.clock, {
          maxBytes: dependencies.settings.ingest.maxWaitingBytes,
          maxEvents: dependencies.settings.ingest.maxQueuedEvents,
        }),
    },
    {
      provide: IngestEvents,
      inject: [LiveConfiguration, GroupCommit, IngestAdmission, BullWakeUps, KeyUses],
      useFactory: (
        configuration: LiveConfiguration,
        groups: GroupCommit,
        admission: IngestAdmission,
        wakeUps: BullWakeUps,
        uses: KeyUses,
      ) =>
        new IngestEvents(
          configuration,
          groups,
          admission,
          sourceAuthenticator(uses),
          wakeUps,
          dependencies.clock,
          { maxEvents: MAX_EVENTS_PER_CALL },
          (error) => dependencies.logger.error({ err: error }, 'event storage failed, responded 429'),
        ),
    },
  ];
}

function erasureProviders(dependencies: HubDependencies): FactoryProvider[] {
  return [
    {
      provide: ErasureRunner,
      useFactory: () => new ErasureRunner(dependencies.erasureStore, { batch: 200, leaseMs: 60_000 }),
    },
    {
      provide: ErasureWorker,
      inject: [ErasureRunner, CustomerLookups],
      useFactory: (runner: ErasureRunner, lookups: CustomerLookups) =>
        new ErasureWorker(runner, dependencies.erasureStore, lookups, dependencies.logger),
    },
  ];
}

function replayProviders(dependencies: HubDependencies): FactoryProvider[] {
  return [
    { provide: ReplayPlanner, useFactory: () => new ReplayPlanner(dependencies.configurationStore) },
    {
      provide: ReplayWorker,
      inject: [ReplayPlanner, LiveConfiguration, BullWakeUps],
      useFactory: (planner: ReplayPlanner, configuration: LiveConfiguration, wakeUps: BullWakeUps) =>
        new ReplayWorker(
          new ReplayRunner(dependencies.replayStore, planner, configuration, wakeUps, {
            ...{ batch: 500, leaseMs: 60_000 },
          }),
          dependencies.logger,
        ),
    },
  ];
}

/**
 * Provides the worker that publishes operational events. Deliveries that ended for the same reason share one event per
 * minute.
 */
function operationalProvider(dependencies: HubDependencies): FactoryProvider {
  return {
    provide: OperationalWorker,
    inject: [LiveConfiguration, BullWakeUps],
    useFactory: (configuration: LiveConfiguration, wakeUps: BullWakeUps) =>
      new OperationalWorker(
        new OperationalRelay(
          ...[
            dependencies.operationalOutbox,
            configuration,
            wakeUps,
            dependencies.clock,
            { batch: 100, intervalMs: 60_000 },
          ],
          (error, scope) =>
            dependencies.logger.error(
              { err: error, scope },
              'publishing outbox entry failed, will be repeated in a minute',
            ),
        ),
        dependencies.logger,
      ),
  };
}

/** Wraps the configuration store so that records in memory have display paths, which API responses may contain. */
function displayPathStore({
  configurationStore,
  environment,
}: HubDependencies): ConstructorParameters<typeof LiveConfiguration>[0] {
  return {
    revision: () => configurationStore.revision(),
    load: async () => withDisplayPaths(await configurationStore.load(), environment.configDirectory),
  };
}

function deliveryProviders(dependencies: HubDependencies, egress: EgressPolicy): FactoryProvider[] {
  const fault = (where: string) => (error: unknown) =>
    dependencies.logger.error({ err: error, where }, 'internal error');
  return [
    {
      provide: CallbackUrls,
      useFactory: () => new CallbackUrls(dependencies.vault, dependencies.environment.publicUrl),
    },
    {
      provide: CustomerLookups,
      inject: [LiveConfiguration],
      useFactory: (configuration: LiveConfiguration) => customerLookups(dependencies, configuration, egress),
    },
    { provide: MappingCache, useFactory: () => new MappingCache(dependencies.configurationStore) },
    {
      provide: FallbackSteps,
      inject: [MappingCache, BullWakeUps],
      useFactory: (mappings: MappingCache, wakeUps: BullWakeUps) =>
        new FallbackSteps(dependencies.messagingStore, mappings, wakeUps, dependencies.clock, (error, where) =>
          fault(where)(error),
        ),
    },
    {
      provide: AttemptDelivery,
      inject: [PluginGateway, MappingCache, CustomerLookups, CallbackUrls],
      useFactory: (
        gateway: PluginGateway,
        mappings: MappingCache,
        lookups: CustomerLookups,
        callbackUrls: CallbackUrls,
      ) =>
        new AttemptDelivery(
          gateway,
          mappings,
          lookups,
          new MessagePolicy(dependencies.messagingStore, dependencies.clock),
          (destination, deliveryId) => callbackUrls.ofDelivery(destination, deliveryId),
        ),
    },
    { provide: WorkerRing, useFactory: () => new WorkerRing(randomUUID()) },
    {
      provide: DestinationHealth,
      useFactory: () =>
        new DestinationHealth(
          dependencies.workerRegistry,
          dependencies.clock,
          fault('circuit breakers of destinations'),
        ),
    },
    {
      provide: Dispatcher,
      inject: [
        LiveConfiguration,
        AttemptDelivery,
        BullWakeUps,
        WorkerRing,
        DestinationHealth,
        FallbackSteps,
        HubMetrics,
      ],
      useFactory: (
        configuration: LiveConfiguration,
        attempts: AttemptDelivery,
        wakeUps: BullWakeUps,
        ring: WorkerRing,
        health: DestinationHealth,
        fallbacks: FallbackSteps,
        metrics: HubMetrics,
      ) =>
        createDispatcher({
          store: dependencies.deliveryStore,
          configuration,
          pauses: dependencies.configurationStore,
          attempts,
          recorder: new OutcomeRecorder(
            dependencies.deliveryStore,
            dependencies.statusUpdateStore,
            { lingerMs: 5, maxBatch: 500, maxInFlight: 2, retryDelayMs: 500 },
            fault('outcomes'),
          ),
          wakeUps,
          ring,
          health,
          fallbacks,
          clock: dependencies.clock,
          log: dispatcherLog(dependencies.logger, metrics, configuration),
          options: { batch: 100, sliceMs: 250, maxInFlight: 1_000, defaultConcurrency: 50 },
        }),
    },
    {
      provide: InvalidDestinations,
      inject: [LiveConfiguration, AttemptDelivery, HubMetrics],
      useFactory: (configuration: LiveConfiguration, attempts: AttemptDelivery, metrics: HubMetrics) =>
        new InvalidDestinations(
          configuration,
          attempts,
          dependencies.configurationStore,
          dispatcherLog(dependencies.logger, metrics, configuration),
        ),
    },
    {
      provide: DeliveryWorker,
      inject: [Dispatcher, InvalidDestinations, BullWakeUps, WorkerRing, DestinationHealth, FallbackSteps],
      useFactory: (
        dispatcher: Dispatcher,
        invalidDestinations: InvalidDestinations,
        wakeUps: BullWakeUps,
        ring: WorkerRing,
        health: DestinationHealth,
        fallbacks: FallbackSteps,
      ) =>
        new DeliveryWorker(
          dispatcher,
          invalidDestinations,
          new Sweep(dependencies.deliveryStore, dispatcher, fallbacks, ring, dependencies.clock),
          new Heartbeat(dependencies.workerRegistry, ring, health, dependencies.clock),
          wakeUps,
          dependencies.logger,
        ),
    },
  ];
}
