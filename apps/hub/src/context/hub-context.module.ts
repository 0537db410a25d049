import { Module, type DynamicModule } from '@nestjs/common';
import type { HubSettings } from '@patchbay/config';
import { HubDatabase } from '../database/hub-database.js';
import { Workers } from '../workers/workers.js';
import { HUB_ENVIRONMENT, HUB_OPTIONS, HUB_SETTINGS, LOGGER, type HubOptions } from './hub-options.js';

/** Global module of everything that exists before Nest: the options, the settings and the open database. */
@Module({})
export class HubContextModule {
  static forRoot(options: HubOptions, settings: HubSettings, database: HubDatabase): DynamicModule {
    const providers = [
      { provide: HUB_OPTIONS, useValue: options },
      { provide: HUB_ENVIRONMENT, useValue: options.environment },
      { provide: HUB_SETTINGS, useValue: settings },
      { provide: LOGGER, useValue: options.logger },
      { provide: HubDatabase, useValue: database },
      Workers,
    ];
    return {
      module: HubContextModule,
      global: true,
      providers,
      exports: [HUB_OPTIONS, HUB_ENVIRONMENT, HUB_SETTINGS, LOGGER, HubDatabase, Workers],
    };
  }
}
