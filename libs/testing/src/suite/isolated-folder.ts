import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A folder of plugins that holds one plugin alone, so that a broken neighbour does not fail its suite. */
export interface IsolatedFolder {
  readonly pluginsDir: string;
  readonly remove: () => void;
}

/** Links the files of a plugin's folder into a folder of plugins of its own. */
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
