import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { HubSettings } from '@patchbay/config';
import type { Clock, Locks, OAuthStore } from '@patchbay/core';
import { createEgressPolicy, type EgressPolicy } from '@patchbay/http';
import { PluginGateway, PluginHostModule, type HostPorts, type PluginLocations } from '@patchbay/plugin-host';
import type { Logger } from 'pino';
import { LOGGER, type HubOptions } from '../context/hub-options.js';
import { CLOCK, DatabaseModule, LOCKS, OAUTH_STORE } from '../database/database.module.js';
import { sharedAwsCredentials } from './aws-credentials.js';

/** Rules for calls to other systems. The rules say which addresses the hub may call. */
export const EGRESS_POLICY = Symbol('EgressPolicy');

/**
 * Waits at shutdown until the running refreshes of tokens are stored. A vendor may accept the former refresh token no
 * longer.
 */
@Injectable()
class RefreshesAtShutdown implements OnApplicationShutdown {
  constructor(private readonly plugins: PluginGateway) {}

  onApplicationShutdown(): Promise<void> {
    return this.plugins.refreshesDone();
  }
}

/** Global module of the plugins. */
@Module({})
export class PluginsModule {
  /** Creates the module. Rejects with a PluginBootError if a plugin is invalid. */
  static async forRoot(options: HubOptions, settings: HubSettings): Promise<DynamicModule> {
    const { environment, logger: hubLogger } = options;
    const { egressAllow, egressProxy } = environment;
    const egress: EgressPolicy = {
      ...createEgressPolicy(egressAllow.join(' ')),
      ...(egressProxy && { proxy: egressProxy }),
    };
    const awsCredentials = sharedAwsCredentials(environment.awsBrands, hubLogger);
    return {
      module: PluginsModule,
      global: true,
      imports: [
        await PluginHostModule.forRootAsync({
          locations: options.plugins ?? pluginLocations(settings.plugins),
          imports: [DatabaseModule],
          inject: [LOGGER, CLOCK, LOCKS, OAUTH_STORE],
          useFactory: (logger: Logger, clock: Clock, locks: Locks, oauth: OAuthStore): HostPorts => ({
            egress,
            logger,
            locks,
            clock,
            oauth,
            ...(awsCredentials && { awsCredentials }),
            ...(environment.demoSandboxes && { sandboxes: environment.demoSandboxes }),
          }),
        }),
      ],
      providers: [{ provide: EGRESS_POLICY, useValue: egress }, RefreshesAtShutdown],
      exports: [EGRESS_POLICY, PluginHostModule],
    };
  }
}

/** Returns the locations of the bundled plugins and of the npm packages that `patchbay.yaml` names. */
function pluginLocations(packages: readonly string[]): PluginLocations {
  // This file is in `apps/hub/src/plugins` or `apps/hub/dist/plugins`, which have the same depth.
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
  return { pluginsDir: join(root, 'plugins'), packages };
}
