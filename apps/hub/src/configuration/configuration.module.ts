import { Module } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import { LiveConfiguration, type ConfigurationStore, type SourceAdapters } from '@patchbay/core';
import { sourceAdapters } from '@patchbay/sources';
import { HUB_ENVIRONMENT } from '../context/hub-options.js';
import { CONFIGURATION_STORE, DatabaseModule } from '../database/database.module.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { METRICS } from '../metrics/metric-definitions.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { BrandFiles } from './apply-brand-files.js';
import { SOURCE_ADAPTERS } from './brand-checks.js';
import { ConfigurationLag } from './configuration-lag.js';
import { ConfigurationHealth } from './configuration-health.js';
import { ConfigurationRefresh } from './configuration-refresh.js';
import { withDisplayPaths } from './display-paths.js';

/** Module of the configuration in memory, which is loaded when Nest has initialised this module. */
@Module({
  imports: [DatabaseModule, MetricsModule],
  providers: [
    { provide: SOURCE_ADAPTERS, useFactory: sourceAdapters },
    {
      provide: LiveConfiguration,
      inject: [CONFIGURATION_STORE, SOURCE_ADAPTERS, HUB_ENVIRONMENT, HubMetrics],
      useFactory: (
        store: ConfigurationStore,
        adapters: SourceAdapters,
        { configDirectory }: HubEnvironment,
        metrics: HubMetrics,
      ) => {
        const configuration = new LiveConfiguration(
          {
            revision: () => store.revision(),
            directory: (after) => store.directory(after),
            // Records in memory have display paths, which API responses may contain.
            load: async (brandIds) => {
              const begunAt = performance.now();
              const records = await store.load(brandIds);
              metrics.configurationLoaded(performance.now() - begunAt);
              return withDisplayPaths(records, configDirectory);
            },
            brandsOfQueues: (queueIds) => store.brandsOfQueues(queueIds),
          },
          adapters,
        );
        configuration.onLoad(() => metrics.brandLoaded());
        metrics.watch(METRICS.configurationRevision, () => configuration.revision);
        const lag = new ConfigurationLag(store, () => configuration.revision);
        metrics.watch(METRICS.configurationLag, () => lag.seconds());
        metrics.watch(METRICS.configurationBrands, () => configuration.usage.brands);
        metrics.watch(METRICS.configurationBytes, () => configuration.usage.bytes);
        return configuration;
      },
    },
    ConfigurationHealth,
    BrandFiles,
    ConfigurationRefresh,
  ],
  exports: [SOURCE_ADAPTERS, LiveConfiguration, ConfigurationHealth],
})
export class ConfigurationModule {}
