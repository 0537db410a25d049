import { Module } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import type { Clock, ConfigurationStore, ReadStore, ReplayStore, WorkerRegistry } from '@patchbay/core';
import { ListReads, PartitionMaintenance, SCHEMA_NUMBER, StandingLease } from '@patchbay/database';
import { BullWakeUps } from '@patchbay/queue';
import { HUB_ENVIRONMENT } from '../context/hub-options.js';
import {
  CLOCK,
  CLOCK_CHECK,
  CONFIGURATION_STORE,
  DatabaseModule,
  READ_STORE,
  REPLAY_STORE,
  WORKER_REGISTRY,
  type ClockCheck,
  type ListStores,
} from '../database/database.module.js';
import { HubDatabase } from '../database/hub-database.js';
import { hubVersion } from '../http/hub-version.js';
import { BacklogMetrics } from './backlog-metrics.js';
import { HubMetrics } from './hub-metrics.js';
import { METRICS } from './metric-definitions.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsReporter, REPORTER_LEASE_MS } from './metrics-reporter.js';

/** Module of the metrics and their endpoint. Other features add their own metrics to {@link HubMetrics}. */
@Module({
  imports: [DatabaseModule],
  controllers: [MetricsController],
  providers: [
    {
      provide: MetricsReporter,
      inject: [HubDatabase],
      useFactory: ({ dataSource }: HubDatabase) =>
        new MetricsReporter(new StandingLease(dataSource, 'hub metrics', REPORTER_LEASE_MS)),
    },
    {
      provide: HubMetrics,
      inject: [
        ...[HubDatabase, CLOCK_CHECK, PartitionMaintenance, CONFIGURATION_STORE, REPLAY_STORE, BullWakeUps],
        ...[MetricsReporter, HUB_ENVIRONMENT, ListReads],
      ],
      useFactory: (
        { pgPool, replica }: HubDatabase,
        clockCheck: ClockCheck,
        partitions: PartitionMaintenance,
        configurationStore: ConfigurationStore,
        replays: ReplayStore,
        wakeUps: BullWakeUps,
        reporter: MetricsReporter,
        { role }: HubEnvironment,
        listReads: ListReads<ListStores>,
      ) => {
        const metrics = new HubMetrics(() => reporter.isReporter);
        pgPool.onStatement((name, durationMs) => metrics.statement(name, durationMs));
        const build = { version: hubVersion(), schema: String(SCHEMA_NUMBER), node: process.versions.node, role };
        metrics.watch(METRICS.buildInfo, () => [{ labels: build, value: 1 }]);
        metrics.watch(METRICS.reporter, () => Number(reporter.isReporter));
        metrics.watch(METRICS.databaseUp, () => Number(reporter.databaseUp));
        metrics.watch(METRICS.databaseConnections, () => {
          const { total, idle, waiting } = pgPool.usage;
          return Object.entries({ busy: total - idle, idle, waiting }).map(([state, value]) => ({
            labels: { state },
            value,
          }));
        });
        listReads.onRead((server) => metrics.replicaRead(server));
        metrics.watch(METRICS.replicaInUse, () => (replica === null ? [] : Number(replica.status.state === 'in_use')));
        metrics.watch(METRICS.replicaLag, () => {
          const lagMs = replica?.status.lagMs ?? null;
          return lagMs === null ? [] : lagMs / 1_000;
        });
        metrics.watch(METRICS.clockOffset, () => clockCheck.offsetMs() / 1_000);
        metrics.watch(METRICS.retentionBlocked, () => Number(clockCheck.retentionBlockedBy() !== null));
        metrics.watch(METRICS.brandsUnconfirmed, async () => (await configurationStore.unconfirmedBrands()).length);
        metrics.watch(METRICS.replaysRunning, () => replays.countRunning());
        metrics.watch(METRICS.maintenanceCompleted, () =>
          partitions.completedAt === null ? [] : partitions.completedAt / 1_000,
        );
        metrics.watch(METRICS.queueUp, () => Number(wakeUps.queueUp));
        metrics.watchCount(METRICS.queueErrors, () => wakeUps.errors);
        metrics.watch(METRICS.queueJobs, async () =>
          Object.entries((await wakeUps.jobs()) ?? {}).map(([state, value]) => ({ labels: { state }, value })),
        );
        return metrics;
      },
    },
    {
      provide: BacklogMetrics,
      inject: [HubMetrics, READ_STORE, WORKER_REGISTRY, CLOCK],
      useFactory: (metrics: HubMetrics, store: ReadStore, registry: WorkerRegistry, clock: Clock) =>
        new BacklogMetrics(metrics, store, registry, clock),
    },
  ],
  exports: [HubMetrics],
})
export class MetricsModule {}
