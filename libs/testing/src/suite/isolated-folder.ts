import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Folder of plugins with a single plugin, so that an invalid neighbour does not fail its suite. */
export interface IsolatedFolder {
  readonly pluginsDir: string;
  readonly remove: () => void;
}

/** Links the files of a plugin into its own folder of plugins. */
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
