import { lstat, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './error-code.js';

/** Symbolic link that the npm package could not contain. Both paths are relative to the package. */
interface Link {
  readonly source: string;
  readonly target: string;
}

const isLink = (value: unknown): value is Link =>
  typeof value === 'object' &&
  value !== null &&
  'source' in value &&
  typeof value.source === 'string' &&
  'target' in value &&
  typeof value.target === 'string';

async function listedLinks(native: string): Promise<Link[]> {
  try {
    const listed: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
    return Array.isArray(listed) ? listed.filter(isLink) : [];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/**
 * Creates the links to libraries that npm packages cannot contain. The package would create them in a postinstall
 * script, but `npm ci --ignore-scripts` skips this script. Without the links, initdb fails with "cannot open shared
 * object file". The function creates only missing links, so it may run at each start and in several processes at once.
 *
 * @returns true if all links exist; false if links are missing and the folder is not writable
 */
export async function hydrateSymlinks(native: string): Promise<boolean> {
  for (const { source, target } of await listedLinks(native)) {
    // Only links within one folder are created, so that the tree can be moved and copied as a whole.
    if (dirname(source) !== dirname(target) || target.includes('..')) continue;
    const path = join(native, target.replace(/^native[\\/]/, ''));
    if (await exists(path)) continue;
    try {
      await symlink(basename(source), path);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      if (code !== 'EEXIST') throw error;
    }
  }
  return true;
}
