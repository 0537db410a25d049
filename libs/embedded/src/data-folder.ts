import { chmod, mkdir, mkdtemp, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EmbeddedPostgresError, USE_OWN_DATABASE } from './embedded-postgres.error.js';
import { errorCode } from './error-code.js';
import type { Identity } from './identity.js';
import { canEnter, isRoot, unprivilegedIdentity } from './unprivileged-user.js';

/** Where the database lives, and as whom its server runs. */
export interface DataFolder {
  /** The folder that was asked for; holds the lock. */
  readonly requested: string;
  /** The folder that is used: the same, or one that the unprivileged user can reach. */
  readonly home: string;
  /** The user PostgreSQL runs as; undefined: ourselves. */
  readonly identity: Identity | undefined;
}

/** In the folder that was asked for: the path of the one that is used instead. Deleting it starts afresh. */
const POINTER = 'data-is-in';

/** The cluster itself, PostgreSQL's PGDATA. */
export const clusterIn = (home: string): string => join(home, 'data');

/** Makes the folder if it is missing, and tells who may do what in the words of the person who starts the hub. */
export async function createDataFolder(requested: string): Promise<string> {
  const path = resolve(requested);
  try {
    const made = await mkdir(path, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
    if (made !== undefined && isRoot()) await chmod(path, 0o711); // The umask may have closed it to PostgreSQL's user.
    return await realpath(path);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The folder for the embedded database, ${path}, cannot be made (${errorCode(cause) ?? 'unknown reason'}). ` +
        `Make it writable for the user that runs the hub. ${USE_OWN_DATABASE}`,
      { cause },
    );
  }
}

/** The user an existing cluster belongs to; PostgreSQL starts as no other. */
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

/** A new folder outside of the closed one: /var/lib first, which unlike the temporary folder outlives a restart. */
async function createReachableFolder(identity: Identity): Promise<string> {
  for (const base of ['/var/lib/patchbay', join(tmpdir(), 'patchbay'), '/tmp/patchbay']) {
    try {
      await mkdir(base, { recursive: true, mode: 0o755 });
      const { uid, mode } = await stat(base);
      if (uid !== 0 || (mode & 0o022) !== 0) continue; // Somebody else could swap what is in it.
      if (!(await canEnter(base, identity))) continue;
      const home = await mkdtemp(join(base, 'postgres-'));
      await chmod(home, 0o711);
      return await realpath(home);
    } catch (error) {
      if (!['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST', 'ENOSPC'].includes(errorCode(error) ?? '')) throw error;
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and no folder was found that its own user can reach. ` +
      `Start the hub as a normal user. ${USE_OWN_DATABASE}`,
  );
}

/**
 * Decides where the data lives and who owns it. As root with the project under a folder closed to others
 * (such as root's home), the data goes to a reachable one and a note of it stays in `requested`.
 * Call it under the lock of `requested`.
 * @param requested a folder from {@link createDataFolder}
 * @param notice told when the data lives elsewhere
 */
export async function resolveDataFolder(requested: string, notice: (line: string) => void): Promise<DataFolder> {
  const home = (await readPointer(requested)) ?? requested;
  const owner = await ownerOf(home);
  if (!isRoot()) {
    if (owner !== undefined && process.getuid !== undefined && owner.uid !== process.getuid()) {
      throw new EmbeddedPostgresError(
        `The embedded database in ${home} belongs to another user (uid ${owner.uid}). ` +
          `Start the hub as that user, or as root, or delete the folder to start afresh. ${USE_OWN_DATABASE}`,
      );
    }
    return { requested, home, identity: undefined };
  }
  const identity = owner !== undefined && owner.uid !== 0 ? owner : await unprivilegedIdentity();
  if (identity === undefined || (await canEnter(home, identity))) return { requested, home, identity };
  if (owner !== undefined) {
    throw new EmbeddedPostgresError(
      `The embedded database in ${home} belongs to uid ${owner.uid}, who cannot reach that folder any more. ` +
        `Open the folders above it for others (chmod o+x), or start the hub as that user.`,
    );
  }
  const elsewhere = await createReachableFolder(identity);
  await writeFile(join(requested, POINTER), `${elsewhere}\n`, { mode: 0o644 });
  notice(`${requested} is closed to PostgreSQL's own user, so the embedded database is kept in ${elsewhere}`);
  return { requested, home: elsewhere, identity };
}
