import { readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. */
export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

const NOT_SOURCE = new Set(['node_modules', 'dist', '.git', '.patchbay', 'coverage']);

/** Returns the sorted names of the folders in a folder, without build output and installed packages. */
export function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_SOURCE.has(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/**
 * Returns the paths of all files under a folder, relative to the folder and with forward slashes. Omits build output and
 * installed packages.
 */
export function filesUnder(folder: string): readonly string[] {
  const found: string[] = [];
  const pending = [folder];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isFile()) found.push(relative(folder, path).split(sep).join('/'));
      else if (entry.isDirectory() && !NOT_SOURCE.has(entry.name)) pending.push(path);
    }
  }
  return found.sort();
}
