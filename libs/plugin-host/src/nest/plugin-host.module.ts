import {
  Inject,
  Module,
  type DynamicModule,
  type FactoryProvider,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { DiscoveredPlugin } from '../discovery/discovered-plugin.js';
import { discoverPlugins } from '../discovery/discover-plugins.js';
import type { PluginLocations } from '../discovery/find-plugins.js';
import { PluginGateway } from '../plugin-gateway.js';
import type { HostPorts } from '../runtime/host-ports.js';
import { PluginReloader } from '../runtime/plugin-reloader.js';
import { PluginRuntime } from '../runtime/plugin-runtime.js';
import { startServices, type PluginServices } from '../runtime/plugin-services.js';
import { TokenCache } from '../runtime/token-cache.js';

/** Locations of the plugins, and the factory of the ports that they use. */
export interface PluginHostOptions {
  readonly locations: PluginLocations;
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly inject?: NonNullable<FactoryProvider['inject']>;
  readonly useFactory: FactoryProvider<HostPorts>['useFactory'];
}

const HOST_PORTS = Symbol('patchbay.host-ports');
/** Services of the plugins that have a module, by destination type. */
const SERVICES = Symbol('patchbay.plugin-services');
const runtimeToken = (type: string): symbol => Symbol.for(`patchbay.plugin.${type}`);

@Module({})
class HostPortsModule {}

/** Module that provides a {@link PluginGateway} to all plugins. Each plugin gets its own Nest module. */
@Module({})
export class PluginHostModule implements OnApplicationShutdown {
  constructor(@Inject(PluginGateway) private readonly gateway: PluginGateway) {}

  /**
   * Closes the connections and the services of plugins. Nest runs this after the deliveries have ended, because the module
   * is imported.
   */
  onApplicationShutdown(): Promise<void> {
    return this.gateway.close();
  }

  /**
   * Rejects with a PluginBootError that lists every problem if any plugin is invalid. The application fails with such an
   * error if the module of a plugin does not start.
   */
  static async forRootAsync(options: PluginHostOptions): Promise<DynamicModule> {
    const plugins = await discoverPlugins(options.locations);
    const ports: DynamicModule = {
      module: HostPortsModule,
      imports: options.imports ?? [],
      providers: [
        { provide: HOST_PORTS, inject: options.inject ?? [], useFactory: options.useFactory },
        {
          provide: TokenCache,
          inject: [HOST_PORTS],
          useFactory: ({ clock }: HostPorts) => new TokenCache(() => clock.now()),
        },
        { provide: SERVICES, inject: [HOST_PORTS], useFactory: (host: HostPorts) => startServices(plugins, host) },
      ],
      exports: [HOST_PORTS, TokenCache, SERVICES],
    };
    return {
      module: PluginHostModule,
      imports: [ports, ...plugins.map((plugin) => pluginModule(plugin, ports))],
      providers: [
        {
          provide: PluginGateway,
          inject: [HOST_PORTS, ...plugins.map((plugin) => runtimeToken(plugin.definition.type))],
          useFactory: (host: HostPorts, ...runtimes: PluginRuntime[]) => new PluginGateway(runtimes, host.logger),
        },
        {
          provide: PluginReloader,
          inject: [PluginGateway, HOST_PORTS, TokenCache],
          useFactory: (gateway: PluginGateway, host: HostPorts, tokens: TokenCache) =>
            new PluginReloader(gateway, host, tokens),
        },
      ],
      exports: [PluginGateway, PluginReloader],
    };
  }
}

/** Creates a module named after the plugin, so that Nest's own messages contain the plugin's name. */
function pluginModule(plugin: DiscoveredPlugin, ports: DynamicModule): DynamicModule {
  const { type } = plugin.definition;
  @Module({})
  class PluginModule {}
  Object.defineProperty(PluginModule, 'name', { value: `Plugin(${type})` });
  return {
    module: PluginModule,
    imports: [ports],
    providers: [
      {
        provide: runtimeToken(type),
        inject: [HOST_PORTS, TokenCache, SERVICES],
        useFactory: (host: HostPorts, tokens: TokenCache, services: ReadonlyMap<string, PluginServices>) =>
          new PluginRuntime(plugin, host, tokens, services.get(type)),
      },
    ],
    exports: [runtimeToken(type)],
  };
}
