import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginLocations } from '@patchbay/plugin-host';

/** The bundled plugins, and the npm packages that the hub's file names. */
export function pluginLocations(packages: readonly string[]): PluginLocations {
  // This file is `apps/hub/src/boot/…` or `apps/hub/dist/boot/…`: as deep either way.
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
  return { pluginsDir: join(root, 'plugins'), packages };
}
