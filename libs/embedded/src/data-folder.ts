import { chmod, mkdir, mkdtemp, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EmbeddedPostgresError, USE_OWN_DATABASE } from './embedded-postgres.error.js';
import { errorCode } from './error-code.js';
import type { Identity } from './identity.js';
import { canEnter, isRoot, unprivilegedIdentity } from './unprivileged-user.js';

/** Location of the database, and the system user of its server. */
export interface DataFolder {
  /** Requested folder. Holds the lock. */
  readonly requested: string;
  /**
   * Folder in use: the requested folder, or another folder if the unprivileged user cannot reach the requested folder.
   */
  readonly home: string;
  /** User that PostgreSQL runs as. Undefined if it runs as the current user. */
  readonly identity: Identity | undefined;
}

/**
 * Name of a file in the requested folder. It holds the path of the folder that is used instead. If the file is deleted,
 * the hub starts with an empty database.
 */
const POINTER = 'data-is-in';

/** Returns the directory of the cluster, PostgreSQL's PGDATA. */
export const clusterIn = (home: string): string => join(home, 'data');

/**
 * Creates the folder if it does not exist. If the creation fails, throws an error that says how to fix the permissions.
 */
export async function createDataFolder(requested: string): Promise<string> {
  const path = resolve(requested);
  try {
    const made = await mkdir(path, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
    if (made !== undefined && isRoot()) await chmod(path, 0o711); // The umask may have removed PostgreSQL's access.
    return await realpath(path);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The folder for the embedded database, ${path}, cannot be created (${errorCode(cause) ?? 'unknown reason'}). ` +
        `Make it writable for the user that runs the hub. ${USE_OWN_DATABASE}`,
      { cause },
    );
  }
}

/** Returns the owner of an existing cluster. PostgreSQL does not start as another user than the owner. */
async function ownerOf(home: string): Promise<Identity | undefined> {
  const found = await stat(clusterIn(home)).catch(() => undefined);
  return found === undefined ? undefined : { uid: found.uid, gid: found.gid };
}

async function readPointer(requested: string): Promise<string | undefined> {
  try {
    const path = (await readFile(join(requested, POINTER), 'utf8')).trim();
    return (await stat(path)).isDirectory() ? path : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/**
 * Creates a new data folder outside the private folder of the project. Tries /var/lib first, which survives a reboot,
 * unlike the temporary directory.
 */
async function createReachableFolder(identity: Identity): Promise<string> {
  for (const base of ['/var/lib/patchbay', join(tmpdir(), 'patchbay'), '/tmp/patchbay']) {
    try {
      await mkdir(base, { recursive: true, mode: 0o755 });
      const { uid, mode } = await stat(base);
      if (uid !== 0 || (mode & 0o022) !== 0) continue; // Other users could replace the contents of this folder.
      if (!(await canEnter(base, identity))) continue;
      const home = await mkdtemp(join(base, 'postgres-'));
      await chmod(home, 0o711);
      return await realpath(home);
    } catch (error) {
      if (!['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST', 'ENOSPC'].includes(errorCode(error) ?? '')) throw error;
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and its own user cannot reach any suitable folder. ` +
      `Start the hub as a normal user. ${USE_OWN_DATABASE}`,
  );
}

/**
 * Decides in which folder the data is stored and which user owns it. If root started the hub, the project may be in a
 * private folder, such as root's home. The data is then stored in another folder that PostgreSQL's user can reach.
 * `requested` then contains a file with the path of this folder. Must be called under the lock of `requested`.
 * @param requested a folder from {@link createDataFolder}
 * @param notice called if the data is stored in another folder than `requested`
 */
export async function resolveDataFolder(requested: string, notice: (line: string) => void): Promise<DataFolder> {
  const home = (await readPointer(requested)) ?? requested;
  const owner = await ownerOf(home);
  if (!isRoot()) {
    if (owner !== undefined && process.getuid !== undefined && owner.uid !== process.getuid()) {
      throw new EmbeddedPostgresError(
        `The embedded database in ${home} belongs to another user (uid ${owner.uid}). ` +
          `Start the hub as that user or as root, or delete the folder to start with an empty database. ${USE_OWN_DATABASE}`,
      );
    }
    return { requested, home, identity: undefined };
  }
  const identity = owner !== undefined && owner.uid !== 0 ? owner : await unprivilegedIdentity();
  if (identity === undefined || (await canEnter(home, identity))) return { requested, home, identity };
  if (owner !== undefined) {
    throw new EmbeddedPostgresError(
      `The embedded database in ${home} belongs to uid ${owner.uid}, which can no longer reach that folder. ` +
        `Make the parent folders accessible (chmod o+x), or start the hub as that user.`,
    );
  }
  const elsewhere = await createReachableFolder(identity);
  await writeFile(join(requested, POINTER), `${elsewhere}\n`, { mode: 0o644 });
  notice(`PostgreSQL's own user cannot reach ${requested}, so the embedded database is stored in ${elsewhere}`);
  return { requested, home: elsewhere, identity };
}
