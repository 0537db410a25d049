import { Module, type DynamicModule, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import type { HubEnvironment, HubSettings } from '@patchbay/config';
import {
  CustomerLookups,
  DirectDelivery,
  GroupCommit,
  IMPORT_SLICE_MS,
  IngestAdmission,
  IngestEvents,
  KeyUses,
  LiveConfiguration,
  SourceCounts,
  type Clock,
  type EventStore,
  type GroupOptions,
} from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { CallersModule } from '../admin/keys/callers.module.js';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { HUB_SETTINGS, LOGGER } from '../context/hub-options.js';
import { CLOCK, DatabaseModule, EVENT_STORE } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { METRICS } from '../metrics/metric-definitions.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { countStoredEvents } from './count-stored-events.js';
import { FilterBudgetReport } from './filter-budget-report.js';
import { IngestController, sourceAuthenticator } from './ingest.controller.js';
import { SourceCountWriter } from './source-count-writer.js';

const MAX_EVENTS_PER_CALL = 1_000;

/**
 * Sizes and waits of the groups of calls that share a commit. A statement costs PostgreSQL as much as a dozen events.
 * Decision 0082 explains the waits.
 *
 * - `overlap.lingerMs`: part of the time to the 202, so only as long as a commit.
 * - `overlap.maxLingerMs`: longer than a usual commit, so usually one group is in flight. A slow commit delays the calls
 *   behind it by this time at most.
 * - `overlap.smallBelow`: from this size on, the events of a group cost more than its statement.
 */
const GROUPS: GroupOptions = {
  lingerMs: 1,
  maxBatch: 200,
  maxInFlight: 4,
  overlap: { smallBelow: 32, lingerMs: 2, maxLingerMs: 5 },
};

/** Groups of imported rows. One group is in flight, so that imports use one connection to PostgreSQL. */
const IMPORTED_GROUPS: GroupOptions = { lingerMs: 0, maxBatch: 200, maxInFlight: 1, sliceMs: IMPORT_SLICE_MS };

/** Group commit of imported rows, so that no live event waits for the commit of a file. */
export const IMPORTED_GROUP_COMMIT = Symbol('ImportedGroupCommit');

/** Event type by which Capillary reports an opt-in or opt-out. */
const SUBSCRIPTION_CHANGED = 'customerSubscription';

/** Provides a group commit with its own groups. */
function groupCommit(provide: FactoryProvider['provide'], groups: GroupOptions): FactoryProvider {
  return {
    provide,
    inject: [EVENT_STORE, LiveConfiguration, SourceCounts, DirectDelivery, HubMetrics, CLOCK, LOGGER, CustomerLookups],
    useFactory: (
      events: EventStore,
      configuration: LiveConfiguration,
      counts: SourceCounts,
      direct: DirectDelivery,
      metrics: HubMetrics,
      clock: Clock,
      logger: Logger,
      lookups: CustomerLookups,
    ) => {
      const nameOf = (id: string): string | undefined => configuration.entry(id)?.name;
      const budgets = new FilterBudgetReport(metrics, logger, clock, nameOf);
      return new GroupCommit(
        events,
        configuration,
        groups,
        {
          add: (stored, outcomes) => {
            counts.add(stored, outcomes);
            countStoredEvents(metrics, stored, outcomes, nameOf);
          },
        },
        direct,
        (event) => budgets.report(event),
        (calls) => metrics.staleCalls(calls),
        ({ type, brandId, customerIds }) => {
          if (type === SUBSCRIPTION_CHANGED) lookups.forget(brandId, customerIds);
        },
      );
    },
  };
}

const providers: readonly FactoryProvider[] = [
  { provide: SourceCounts, useFactory: () => new SourceCounts() },
  groupCommit(GroupCommit, GROUPS),
  groupCommit(IMPORTED_GROUP_COMMIT, IMPORTED_GROUPS),
  {
    provide: IngestAdmission,
    inject: [LiveConfiguration, KeyUses, CLOCK, HUB_SETTINGS],
    useFactory: (configuration: LiveConfiguration, uses: KeyUses, clock: Clock, { ingest }: HubSettings) =>
      new IngestAdmission(configuration, sourceAuthenticator(uses), clock, {
        maxBytes: ingest.maxWaitingBytes,
        maxEvents: ingest.maxQueuedEvents,
      }),
  },
  {
    provide: IngestEvents,
    inject: [LiveConfiguration, GroupCommit, IngestAdmission, BullWakeUps, KeyUses, CLOCK, LOGGER],
    useFactory: (
      configuration: LiveConfiguration,
      groups: GroupCommit,
      admission: IngestAdmission,
      wakeUps: BullWakeUps,
      uses: KeyUses,
      clock: Clock,
      logger: Logger,
    ) =>
      new IngestEvents(
        configuration,
        groups,
        admission,
        sourceAuthenticator(uses),
        wakeUps,
        clock,
        { maxEvents: MAX_EVENTS_PER_CALL },
        (error) => logger.error({ err: error }, 'event storage failed, responded 429'),
      ),
  },
];

/** Module of the ingest endpoint. */
@Module({})
export class IngestModule implements OnApplicationShutdown {
  /** Creates the module. A process of role `worker` has no ingest endpoint. */
  static forRole(role: HubEnvironment['role']): DynamicModule {
    return {
      module: IngestModule,
      imports: [DatabaseModule, ConfigurationModule, MetricsModule, CallersModule, DeliveryModule],
      controllers: role === 'worker' ? [] : [IngestController],
      providers: [...providers, SourceCountWriter],
      exports: [IngestAdmission, GroupCommit, IMPORTED_GROUP_COMMIT],
    };
  }

  constructor(
    private readonly groups: GroupCommit,
    admission: IngestAdmission,
    metrics: HubMetrics,
  ) {
    metrics.watch(METRICS.ingestQueued, () => groups.queued);
    metrics.watch(METRICS.ingestWaitingBytes, () => admission.waitingBytes);
  }

  /**
   * Resolves when the events of all calls are stored. Nest runs this hook after the server has stopped accepting calls.
   */
  async onApplicationShutdown(): Promise<void> {
    await this.groups.drained();
  }
}
