import { Module } from '@nestjs/common';
import type { HubEnvironment } from '@patchbay/config';
import { LiveConfiguration, type ConfigurationStore, type SourceAdapters } from '@patchbay/core';
import { sourceAdapters } from '@patchbay/sources';
import { HUB_ENVIRONMENT } from '../context/hub-options.js';
import { CONFIGURATION_STORE, DatabaseModule } from '../database/database.module.js';
import { BrandFiles } from './apply-brand-files.js';
import { SOURCE_ADAPTERS } from './brand-checks.js';
import { ConfigurationHealth } from './configuration-health.js';
import { ConfigurationRefresh } from './configuration-refresh.js';
import { withDisplayPaths } from './display-paths.js';

/** Module of the configuration in memory, which is loaded when Nest has initialised this module. */
@Module({
  imports: [DatabaseModule],
  providers: [
    { provide: SOURCE_ADAPTERS, useFactory: sourceAdapters },
    {
      provide: LiveConfiguration,
      inject: [CONFIGURATION_STORE, SOURCE_ADAPTERS, HUB_ENVIRONMENT],
      useFactory: (store: ConfigurationStore, adapters: SourceAdapters, { configDirectory }: HubEnvironment) =>
        new LiveConfiguration(
          {
            revision: () => store.revision(),
            directory: (after) => store.directory(after),
            // Records in memory have display paths, which API responses may contain.
            load: async (brandIds) => withDisplayPaths(await store.load(brandIds), configDirectory),
            brandsOfQueues: (queueIds) => store.brandsOfQueues(queueIds),
          },
          adapters,
        ),
    },
    ConfigurationHealth,
    BrandFiles,
    ConfigurationRefresh,
  ],
  exports: [SOURCE_ADAPTERS, LiveConfiguration, ConfigurationHealth],
})
export class ConfigurationModule {}
