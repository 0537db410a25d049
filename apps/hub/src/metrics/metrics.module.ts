import { Module, type DynamicModule } from '@nestjs/common';
import { GroupCommit, IngestAdmission } from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import type { HubDependencies } from '../boot/hub-dependencies.js';
import { BacklogMetrics } from './backlog-metrics.js';
import { HubMetrics } from './hub-metrics.js';
import { MetricsController } from './metrics.controller.js';

/** Module of the metrics and their endpoint. */
@Module({})
export class MetricsModule {
  static forRoot({ readStore, clock, clockCheck, pgPoolUsage, configurationStore }: HubDependencies): DynamicModule {
    return {
      module: MetricsModule,
      global: true,
      controllers: [MetricsController],
      providers: [
        {
          provide: HubMetrics,
          useFactory: () => {
            const metrics = new HubMetrics();
            metrics.watchPool(pgPoolUsage);
            metrics.watch(
              'patchbay_clock_offset_seconds',
              'Clock of this host minus the clock of PostgreSQL, in seconds.',
              () => clockCheck.offsetMs() / 1_000,
            );
            metrics.watch(
              'patchbay_retention_blocked',
              '1 if deletion by age is blocked because the clocks disagree, else 0.',
              () => (clockCheck.retentionBlockedBy() === null ? 0 : 1),
            );
            metrics.watch(
              'patchbay_brands_unconfirmed',
              'Brands whose changed file needs a confirmation.',
              async () => (await configurationStore.unconfirmedBrands()).length,
            );
            return metrics;
          },
        },
        {
          provide: BacklogMetrics,
          inject: [HubMetrics, GroupCommit, IngestAdmission, BullWakeUps],
          useFactory: (metrics: HubMetrics, groups: GroupCommit, admission: IngestAdmission, wakeUps: BullWakeUps) => {
            metrics.watch(
              'patchbay_queue_up',
              '1 if wake-ups go through the queue, 0 if each worker finds its own deliveries.',
              () => (wakeUps.queueUp ? 1 : 0),
            );
            metrics.watch('patchbay_ingest_queued', 'Events that wait for their commit.', () => groups.queued);
            metrics.watch(
              'patchbay_ingest_waiting_bytes',
              'Bytes of ingest calls that are being read or whose events are not yet stored.',
              () => admission.waitingBytes,
            );
            return new BacklogMetrics(metrics, readStore, clock);
          },
        },
      ],
      exports: [HubMetrics],
    };
  }
}
