import { Module, type DynamicModule } from '@nestjs/common';
import type { HubSettings } from '@patchbay/config';
import { QueueModule } from '@patchbay/queue';
import { AdminModule } from './admin/admin.module.js';
import { CallbacksModule } from './callbacks/callbacks.module.js';
import { CapillaryModule } from './capillary/capillary.module.js';
import { LogCheckModule } from './capillary/log-check.module.js';
import { ConfigurationStoreModule } from './configuration/configuration-store.module.js';
import { ConsoleModule } from './console/console.module.js';
import { HubContextModule } from './context/hub-context.module.js';
import type { HubOptions } from './context/hub-options.js';
import type { HubDatabase } from './database/hub-database.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { HealthModule } from './health/health.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { IngestModule } from './ingest/ingest.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OperationalEventsModule } from './operational-events/operational-events.module.js';
import { PluginsModule } from './plugins/plugins.module.js';
import { ReplayModule } from './replay/replay.module.js';
import { SeriesModule } from './series/series.module.js';
import { StatusModule } from './status/status.module.js';
import type { Tracing } from './tracing/hub-traces.js';
import { TracingModule } from './tracing/tracing.module.js';
import { VaultModule } from './vault/vault.module.js';

/**
 * Root module of a hub process. A process of role `worker` serves only health and metrics.
 *
 * Nest initialises the imports of a module before the module itself, and stops them after the module. The imports
 * therefore determine the order of the start: database, configuration, delivery, then the features that create
 * deliveries. The hub stops them in the reverse order.
 */
@Module({})
export class AppModule {
  /** Opens the vault and the queue and loads the plugins. Rejects with the error of the first step that fails. */
  static async forRoot(
    options: HubOptions,
    settings: HubSettings,
    database: HubDatabase,
    tracing: Tracing | null,
  ): Promise<DynamicModule> {
    const { role } = options.environment;
    const ingest = IngestModule.forRole(role);
    return {
      module: AppModule,
      imports: [
        HubContextModule.forRoot(options, settings, database),
        // Vault, queue and plugins are opened before Nest creates providers, because queue and plugins decide which
        // modules exist.
        await VaultModule.forRoot(options, database),
        await openQueue(options, database),
        await PluginsModule.forRoot(options, settings),
        ConfigurationStoreModule,
        TracingModule.forRoot(tracing),
        ingest,
        ImportsModule.with(ingest),
        LogCheckModule.with(ingest),
        ReplayModule,
        ErasureModule,
        OperationalEventsModule,
        CapillaryModule,
        SeriesModule,
        MetricsModule,
        HealthModule,
        ...(role === 'worker' ? [] : [CallbacksModule, StatusModule, ConsoleModule, AdminModule]),
      ],
    };
  }
}

function openQueue(
  { environment: { redis }, logger }: HubOptions,
  { url, clock }: HubDatabase,
): Promise<DynamicModule> {
  return QueueModule.forRoot({
    backend: redis === undefined ? { postgresUrl: url } : { redis },
    clock,
    onError: (error) => logger.warn({ err: error }, 'queue call failed'),
    onChange: (up) =>
      up
        ? logger.info('queue is available, wake-ups go through it')
        : logger.warn('queue is unavailable, each worker finds its own deliveries'),
  });
}
