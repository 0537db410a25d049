import { Global, Module } from '@nestjs/common';
import type { Vault } from '@patchbay/core';
import { ChangeNotices, PostgresConfigurationStore } from '@patchbay/database';
import { PluginGateway } from '@patchbay/plugin-host';
import type { Logger } from 'pino';
import { LOGGER } from '../context/hub-options.js';
import { CONFIGURATION_STORE } from '../database/database.module.js';
import { HubDatabase } from '../database/hub-database.js';
import { VAULT } from '../vault/vault.module.js';

/** Global module of the configuration store, which needs the plugins to migrate stored settings. */
@Global()
@Module({
  providers: [
    {
      provide: CONFIGURATION_STORE,
      inject: [HubDatabase, VAULT, LOGGER, PluginGateway],
      useFactory: (
        { url, dataSource, pgPool }: HubDatabase,
        vault: Vault,
        logger: Logger,
        settingsVersions: PluginGateway,
      ) => {
        const notices = new ChangeNotices(url, (error) => logger.warn({ err: error }, 'database connection failed'));
        return new PostgresConfigurationStore({ dataSource, pgPool, vault, notices, settingsVersions });
      },
    },
  ],
  exports: [CONFIGURATION_STORE],
})
export class ConfigurationStoreModule {}
