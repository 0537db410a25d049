import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginLocations } from '@patchbay/plugin-host';

/** Returns the locations of the bundled plugins and of the npm packages that `patchbay.yaml` names. */
export function pluginLocations(packages: readonly string[]): PluginLocations {
  // This file is in `apps/hub/src/boot` or `apps/hub/dist/boot`, which have the same depth.
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
  return { pluginsDir: join(root, 'plugins'), packages };
}
