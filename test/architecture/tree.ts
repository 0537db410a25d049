import { readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. */
export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

const NOT_SOURCE = new Set(['node_modules', 'dist', '.git', '.patchbay', 'coverage']);

/** Names of the folders in a folder, sorted, without what is built or installed. */
export function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_SOURCE.has(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/** Every file under a folder, without what is built or installed: paths from that folder, with forward slashes. */
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
