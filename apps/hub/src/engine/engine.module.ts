import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import {
  AttemptDelivery,
  CustomerLookups,
  createDispatcher,
  DestinationHealth,
  Dispatcher,
  FallbackSteps,
  Fleet,
  ForgettingRunner,
  GroupCommit,
  Heartbeat,
  IngestAdmission,
  IngestEvents,
  KeyUses,
  LiveConfiguration,
  MappingCatalogue,
  MessagePolicy,
  OperationalRelay,
  OutcomeRecorder,
  ReplayPlanner,
  ReplayRunner,
  Sweep,
  UnfitDestinations,
  type SourceAdapters,
} from '@patchbay/core';
import { createEgressPolicy, type EgressPolicy } from '@patchbay/http';
import { InProcessLocks, NestedLocks, PluginGateway, PluginHostModule, type HostPorts } from '@patchbay/plugin-host';
import { BullWakeUps, QueueModule } from '@patchbay/queue';
import { sourceAdapters } from '@patchbay/sources';
import { ConfigurationHealth } from '../boot/configuration-health.js';
import type { HubParts } from '../boot/hub-parts.js';
import { pluginPlaces } from '../boot/plugin-places.js';
import { withShownFiles } from '../admin/common/shown-files.js';
import { CallbackUrls } from '../callbacks/callback-urls.js';
import { customerLookups } from '../delivery/customer-lookups.js';
import { DeliveryWorker } from '../delivery/delivery-worker.js';
import { dispatcherLog } from '../delivery/dispatcher-log.js';
import { OperationalWorker } from '../delivery/operational-worker.js';
import { ForgettingWorker } from '../delivery/forgetting-worker.js';
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
  DOWNSTREAM_STORE,
  FORGETTING_STORE,
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

/** The domain's use cases, wired to this process's parts. What controllers inject comes from here. */
@Module({})
export class EngineModule {
  /** Rejects where a plugin is half-wired. */
  static async forRoot(parts: HubParts): Promise<DynamicModule> {
    const egress = createEgressPolicy(parts.environment.egressAllow.join(' '));
    const providers = [
      ...partProviders(parts),
      { provide: ConfigurationHealth, useFactory: () => new ConfigurationHealth(parts.configurationStore) },
      ...ingestProviders(parts),
      ...deliveryProviders(parts, egress),
      ...replayProviders(parts),
      ...forgettingProviders(parts),
      operationalProvider(parts),
    ];
    return {
      module: EngineModule,
      global: true,
      imports: [
        await QueueModule.forRoot({
          backend: parts.queueBackend,
          clock: parts.clock,
          onError: (error) => parts.logger.warn({ err: error }, 'a call to the queue failed'),
          onChange: (up) =>
            up
              ? parts.logger.info('the queue answered, wake-ups go through it')
              : parts.logger.warn('the queue did not answer, each worker wakes its own deliveries'),
        }),
        await PluginHostModule.forRootAsync({
          places: pluginPlaces(parts.settings.plugins),
          useFactory: (): HostPorts => ({
            egress,
            logger: parts.logger,
            locks: new NestedLocks(new InProcessLocks(), parts.locks),
            clock: parts.clock,
          }),
        }),
      ],
      providers,
      exports: [...providers.map(({ provide }) => provide), PluginHostModule],
    };
  }
}

function partProviders(parts: HubParts): FactoryProvider[] {
  const values: readonly (readonly [symbol, unknown])[] = [
    [HUB_ENVIRONMENT, parts.environment],
    [LOGGER, parts.logger],
    [CLOCK, parts.clock],
    [CLOCK_CHECK, parts.clockCheck],
    [ADMIN_KEY, parts.adminKey],
    [VAULT, parts.vault],
    [CONFIGURATION_STORE, parts.configurationStore],
    [READ_STORE, parts.readStore],
    [DOWNSTREAM_STORE, parts.downstreamStore],
    [DELIVERY_INTERVENTIONS, parts.deliveryInterventions],
    [REPLAY_STORE, parts.replayStore],
    [FORGETTING_STORE, parts.forgettingStore],
    [KEY_STORE, parts.keyStore],
    [AUDIT_LOG, parts.auditLog],
    [MASTER_KEY_ROTATION, parts.masterKeyRotation],
    [SOURCE_ADAPTERS, sourceAdapters()],
  ];
  return values.map(([provide, value]) => ({ provide, useFactory: () => value }));
}

function ingestProviders(parts: HubParts): FactoryProvider[] {
  return [
    {
      provide: LiveConfiguration,
      inject: [SOURCE_ADAPTERS],
      useFactory: (adapters: SourceAdapters) => new LiveConfiguration(shownStore(parts), adapters),
    },
    {
      provide: GroupCommit,
      inject: [LiveConfiguration, HubMetrics],
      useFactory: (configuration: LiveConfiguration, metrics: HubMetrics) => {
        const nameOf = (id: string): string | undefined => configuration.current.brand(id)?.name;
        const store = new FilterBudgetReport(parts.eventStore, metrics, parts.logger, parts.clock, nameOf);
        return new GroupCommit(store, configuration, { lingerMs: 1, maxGroup: 200, maxInFlight: 4 });
      },
    },
    {
      provide: IngestAdmission,
      inject: [LiveConfiguration, KeyUses],
      useFactory: (configuration: LiveConfiguration, uses: KeyUses) =>
        new IngestAdmission(configuration, sourceAuthenticator(uses), parts.clock, {
          maxBytes: parts.settings.ingest.maxWaitingBytes,
          maxEvents: parts.settings.ingest.maxQueuedEvents,
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
          parts.clock,
          { maxEvents: MAX_EVENTS_PER_CALL },
          (error) =>
            parts.logger.error({ err: error }, 'events could not be stored; their sender was asked to come back'),
        ),
    },
  ];
}

function forgettingProviders(parts: HubParts): FactoryProvider[] {
  return [
    {
      provide: ForgettingRunner,
      useFactory: () => new ForgettingRunner(parts.forgettingStore, { batch: 200, leaseMs: 60_000 }),
    },
    {
      provide: ForgettingWorker,
      inject: [ForgettingRunner, CustomerLookups],
      useFactory: (runner: ForgettingRunner, lookups: CustomerLookups) =>
        new ForgettingWorker(runner, parts.forgettingStore, lookups, parts.logger),
    },
  ];
}

function replayProviders(parts: HubParts): FactoryProvider[] {
  return [
    { provide: ReplayPlanner, useFactory: () => new ReplayPlanner(parts.configurationStore) },
    {
      provide: ReplayWorker,
      inject: [ReplayPlanner, LiveConfiguration, BullWakeUps],
      useFactory: (planner: ReplayPlanner, configuration: LiveConfiguration, wakeUps: BullWakeUps) =>
        new ReplayWorker(
          new ReplayRunner(parts.replayStore, planner, configuration, wakeUps, {
            ...{ batch: 500, leaseMs: 60_000 },
          }),
          parts.logger,
        ),
    },
  ];
}

/** Of alike deliveries that end badly a brand is told once a minute, together. */
function operationalProvider(parts: HubParts): FactoryProvider {
  return {
    provide: OperationalWorker,
    inject: [LiveConfiguration, BullWakeUps],
    useFactory: (configuration: LiveConfiguration, wakeUps: BullWakeUps) =>
      new OperationalWorker(
        new OperationalRelay(
          ...[parts.operationalNotes, configuration, wakeUps, parts.clock, { batch: 100, quietMs: 60_000 }],
          (error, note) =>
            parts.logger.error(
              { err: error, note },
              'a note cannot be told: it is tried again in a minute, and the others are told',
            ),
        ),
        parts.logger,
      ),
  };
}

/** What is in memory names files as API answers may. */
function shownStore({ configurationStore, environment }: HubParts): ConstructorParameters<typeof LiveConfiguration>[0] {
  return {
    revision: () => configurationStore.revision(),
    load: async () => withShownFiles(await configurationStore.load(), environment.configDirectory),
  };
}

function deliveryProviders(parts: HubParts, egress: EgressPolicy): FactoryProvider[] {
  const fault = (where: string) => (error: unknown) => parts.logger.error({ err: error, where }, 'a fault of the hub');
  return [
    { provide: CallbackUrls, useFactory: () => new CallbackUrls(parts.vault, parts.environment.publicUrl) },
    {
      provide: CustomerLookups,
      inject: [LiveConfiguration],
      useFactory: (configuration: LiveConfiguration) => customerLookups(parts, configuration, egress),
    },
    { provide: MappingCatalogue, useFactory: () => new MappingCatalogue(parts.configurationStore) },
    {
      provide: FallbackSteps,
      inject: [MappingCatalogue, BullWakeUps],
      useFactory: (mappings: MappingCatalogue, wakeUps: BullWakeUps) =>
        new FallbackSteps(parts.messagingStore, mappings, wakeUps, parts.clock, (error, where) => fault(where)(error)),
    },
    {
      provide: AttemptDelivery,
      inject: [PluginGateway, MappingCatalogue, CustomerLookups, CallbackUrls],
      useFactory: (
        gateway: PluginGateway,
        mappings: MappingCatalogue,
        lookups: CustomerLookups,
        callbackUrls: CallbackUrls,
      ) =>
        new AttemptDelivery(
          gateway,
          mappings,
          lookups,
          new MessagePolicy(parts.messagingStore, parts.clock),
          (destination, deliveryId) => callbackUrls.ofDelivery(destination, deliveryId),
        ),
    },
    { provide: Fleet, useFactory: () => new Fleet(randomUUID()) },
    {
      provide: DestinationHealth,
      useFactory: () => new DestinationHealth(parts.workerBoard, parts.clock, fault('gates of destinations')),
    },
    {
      provide: Dispatcher,
      inject: [LiveConfiguration, AttemptDelivery, BullWakeUps, Fleet, DestinationHealth, FallbackSteps, HubMetrics],
      useFactory: (
        configuration: LiveConfiguration,
        attempts: AttemptDelivery,
        wakeUps: BullWakeUps,
        fleet: Fleet,
        health: DestinationHealth,
        fallbacks: FallbackSteps,
        metrics: HubMetrics,
      ) =>
        createDispatcher({
          store: parts.deliveryStore,
          configuration,
          pauses: parts.configurationStore,
          attempts,
          recorder: new OutcomeRecorder(
            parts.deliveryStore,
            parts.downstreamStore,
            { lingerMs: 5, maxBatch: 500, maxInFlight: 2, retryDelayMs: 500 },
            fault('outcomes'),
          ),
          wakeUps,
          fleet,
          health,
          fallbacks,
          clock: parts.clock,
          log: dispatcherLog(parts.logger, metrics, configuration),
          options: { batch: 100, sliceMs: 250, maxInFlight: 1_000, defaultConcurrency: 50 },
        }),
    },
    {
      provide: UnfitDestinations,
      inject: [LiveConfiguration, AttemptDelivery, HubMetrics],
      useFactory: (configuration: LiveConfiguration, attempts: AttemptDelivery, metrics: HubMetrics) =>
        new UnfitDestinations(
          configuration,
          attempts,
          parts.configurationStore,
          dispatcherLog(parts.logger, metrics, configuration),
        ),
    },
    {
      provide: DeliveryWorker,
      inject: [Dispatcher, UnfitDestinations, BullWakeUps, Fleet, DestinationHealth, FallbackSteps],
      useFactory: (
        dispatcher: Dispatcher,
        unfit: UnfitDestinations,
        wakeUps: BullWakeUps,
        fleet: Fleet,
        health: DestinationHealth,
        fallbacks: FallbackSteps,
      ) =>
        new DeliveryWorker(
          dispatcher,
          unfit,
          new Sweep(parts.deliveryStore, dispatcher, fallbacks, fleet, parts.clock),
          new Heartbeat(parts.workerBoard, fleet, health, parts.clock),
          wakeUps,
          parts.logger,
        ),
    },
  ];
}
