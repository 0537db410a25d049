import { Module, type DynamicModule } from '@nestjs/common';
import type { HubSettings } from '@patchbay/config';
import { QueueModule } from '@patchbay/queue';
import { AdminModule } from './admin/admin.module.js';
import { CallbacksModule } from './callbacks/callbacks.module.js';
import { HubContextModule } from './context/hub-context.module.js';
import type { HubOptions } from './context/hub-options.js';
import type { HubDatabase } from './database/hub-database.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { HealthModule } from './health/health.module.js';
import { IngestModule } from './ingest/ingest.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OperationalEventsModule } from './operational-events/operational-events.module.js';
import { PluginsModule } from './plugins/plugins.module.js';
import { ReplayModule } from './replay/replay.module.js';
import { StatusModule } from './status/status.module.js';
import { VaultModule } from './vault/vault.module.js';

/**
 * Root module of a hub process. A process of role `worker` serves only health and metrics.
 *
 * Nest initialises the modules that a module imports before the module itself, and stops them after it. So the imports
 * of the feature modules are the order of start and stop: database, configuration, delivery, then the features that
 * make deliveries; and the reverse.
 */
@Module({})
export class AppModule {
  /** Opens the vault and the queue and loads the plugins. Rejects with the error of the first that fails. */
  static async forRoot(options: HubOptions, settings: HubSettings, database: HubDatabase): Promise<DynamicModule> {
    const { role } = options.environment;
    return {
      module: AppModule,
      imports: [
        HubContextModule.forRoot(options, settings, database),
        // Opened before Nest builds the modules, because queue and plugins decide which modules there are.
        await VaultModule.forRoot(options, database),
        await openQueue(options, database),
        await PluginsModule.forRoot(options, settings),
        IngestModule.forRole(role),
        ReplayModule,
        ErasureModule,
        OperationalEventsModule,
        MetricsModule,
        HealthModule,
        ...(role === 'worker' ? [] : [CallbacksModule, StatusModule, AdminModule]),
      ],
    };
  }
}

function openQueue(
  { environment: { redisUrl }, logger }: HubOptions,
  { url, clock }: HubDatabase,
): Promise<DynamicModule> {
  return QueueModule.forRoot({
    backend: redisUrl === undefined ? { postgresUrl: url } : { redisUrl },
    clock,
    onError: (error) => logger.warn({ err: error }, 'queue call failed'),
    onChange: (up) =>
      up
        ? logger.info('queue is available, wake-ups go through it')
        : logger.warn('queue is unavailable, each worker finds its own deliveries'),
  });
}
