import { discoverPlugins } from '../discovery/discover-plugins.js';
import type { PluginLocations } from '../discovery/find-plugins.js';
import type { PluginGateway } from '../plugin-gateway.js';
import type { HostPorts } from './host-ports.js';
import { PluginRuntime } from './plugin-runtime.js';
import { startServices } from './plugin-services.js';
import type { TokenCache } from './token-cache.js';

/** Loads plugins again while the hub runs, for authors who change their code. */
export class PluginReloader {
  constructor(
    private readonly gateway: PluginGateway,
    private readonly ports: HostPorts,
    private readonly tokens: TokenCache,
  ) {}

  /**
   * Loads the plugins at these locations, and replaces the plugins of the same types. Node.js loads a file once, so the
   * changed code must be in other files than before. Rejects with a PluginBootError, and replaces nothing, if a plugin is
   * invalid.
   */
  async reload(locations: PluginLocations): Promise<void> {
    const plugins = await discoverPlugins(locations);
    const services = await startServices(plugins, this.ports);
    for (const plugin of plugins) {
      const own = services.get(plugin.definition.type);
      await this.gateway.replace(new PluginRuntime(plugin, this.ports, this.tokens, own));
    }
  }
}
