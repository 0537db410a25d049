import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Plugins folder with a single plugin, so that another, invalid plugin does not fail the plugin's suite. */
export interface IsolatedFolder {
  readonly pluginsDir: string;
  readonly remove: () => void;
}

/** Links the files of a plugin into a plugins folder that contains only this plugin. */
export function isolate(folder: string): IsolatedFolder {
  const pluginsDir = mkdtempSync(join(tmpdir(), 'patchbay-suite-'));
  const own = join(pluginsDir, basename(folder));
  mkdirSync(own);
  for (const name of readdirSync(folder)) symlinkSync(join(folder, name), join(own, name));
  return {
    pluginsDir,
    remove: () => {
      rmSync(pluginsDir, { recursive: true });
    },
  };
}
