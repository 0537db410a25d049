import { Module, type DynamicModule, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import type { HubEnvironment, HubSettings } from '@patchbay/config';
import {
  DirectDelivery,
  GroupCommit,
  IngestAdmission,
  IngestEvents,
  KeyUses,
  LiveConfiguration,
  SourceCounts,
  type BatcherOptions,
  type Clock,
  type EventStore,
} from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import type { Logger } from 'pino';
import { CallersModule } from '../admin/keys/callers.module.js';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { HUB_SETTINGS, LOGGER } from '../context/hub-options.js';
import { CLOCK, DatabaseModule, EVENT_STORE } from '../database/database.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { MetricsModule } from '../metrics/metrics.module.js';
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
const GROUPS: BatcherOptions = {
  lingerMs: 1,
  maxBatch: 200,
  maxInFlight: 4,
  overlap: { smallBelow: 32, lingerMs: 2, maxLingerMs: 5 },
};

const providers: readonly FactoryProvider[] = [
  { provide: SourceCounts, useFactory: () => new SourceCounts() },
  {
    provide: GroupCommit,
    inject: [EVENT_STORE, LiveConfiguration, SourceCounts, DirectDelivery, HubMetrics, CLOCK, LOGGER],
    useFactory: (
      events: EventStore,
      configuration: LiveConfiguration,
      counts: SourceCounts,
      direct: DirectDelivery,
      metrics: HubMetrics,
      clock: Clock,
      logger: Logger,
    ) => {
      const nameOf = (id: string): string | undefined => configuration.entry(id)?.name;
      const budgets = new FilterBudgetReport(metrics, logger, clock, nameOf);
      return new GroupCommit(
        events,
        configuration,
        GROUPS,
        counts,
        direct,
        (event) => budgets.report(event),
        (calls) => metrics.staleCalls(calls),
      );
    },
  },
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
      exports: [IngestAdmission],
    };
  }

  constructor(
    private readonly groups: GroupCommit,
    admission: IngestAdmission,
    metrics: HubMetrics,
  ) {
    metrics.watch('patchbay_ingest_queued', 'Events that wait for their commit.', () => groups.queued);
    metrics.watch(
      'patchbay_ingest_waiting_bytes',
      'Bytes of ingest calls that are being read or whose events are not yet stored.',
      () => admission.waitingBytes,
    );
  }

  /**
   * Resolves when the events of all calls are stored. Nest runs this hook after the server has stopped accepting calls.
   */
  async onApplicationShutdown(): Promise<void> {
    await this.groups.drained();
  }
}
