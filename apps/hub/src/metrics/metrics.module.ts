import { Module } from '@nestjs/common';
import type { Clock, ConfigurationStore, ReadStore } from '@patchbay/core';
import { BullWakeUps } from '@patchbay/queue';
import {
  CLOCK,
  CLOCK_CHECK,
  CONFIGURATION_STORE,
  DatabaseModule,
  READ_STORE,
  type ClockCheck,
} from '../database/database.module.js';
import { HubDatabase } from '../database/hub-database.js';
import { BacklogMetrics } from './backlog-metrics.js';
import { HubMetrics } from './hub-metrics.js';
import { MetricsController } from './metrics.controller.js';

/** Module of the metrics and their endpoint. Other features add their own metrics to {@link HubMetrics}. */
@Module({
  imports: [DatabaseModule],
  controllers: [MetricsController],
  providers: [
    {
      provide: HubMetrics,
      inject: [HubDatabase, CLOCK_CHECK, CONFIGURATION_STORE, BullWakeUps],
      useFactory: (
        { pgPool }: HubDatabase,
        clockCheck: ClockCheck,
        configurationStore: ConfigurationStore,
        wakeUps: BullWakeUps,
      ) => {
        const metrics = new HubMetrics();
        metrics.watchPool(() => pgPool.usage);
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
        metrics.watch(
          'patchbay_queue_up',
          '1 if wake-ups go through the queue, 0 if each worker finds its own deliveries.',
          () => (wakeUps.queueUp ? 1 : 0),
        );
        return metrics;
      },
    },
    {
      provide: BacklogMetrics,
      inject: [HubMetrics, READ_STORE, CLOCK],
      useFactory: (metrics: HubMetrics, store: ReadStore, clock: Clock) => new BacklogMetrics(metrics, store, clock),
    },
  ],
  exports: [HubMetrics],
})
export class MetricsModule {}
