import { createHash } from 'node:crypto';
import { chmod, cp, lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './error-code.js';
import { hydrateSymlinks } from './symlinks.js';

/** Hashes the names and sizes of all files except links. A partial copy has another hash than a complete copy. */
async function fingerprint(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    lines.push(`${path.slice(folder.length)} ${(await lstat(path)).size}`);
  }
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 16);
}

/**
 * Returns true if the current user owns the folder and no other user may write to it. In a temporary directory, other
 * users can create folders too.
 */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}

async function isWhole(folder: string, expected: string): Promise<boolean> {
  return (await isOurs(folder)) && (await fingerprint(folder)) === expected && (await hydrateSymlinks(folder));
}

/**
 * Makes the files in a folder readable and executable for all users, because a strict umask may have removed these
 * permissions.
 */
async function makeReadableByAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadableByAll(path);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

/**
 * Copies a PostgreSQL installation to a folder that every user can execute, and creates its links there. The name of
 * the copy contains a hash of its contents. A complete copy is therefore reused, and a new version gets a new copy.
 * @returns the folder of the copy
 */
export async function copyForUnprivilegedUser(native: string, under: string = tmpdir()): Promise<string> {
  const expected = await fingerprint(native);
  const folder = join(under, `patchbay-postgres-${process.getuid?.() ?? 0}-${expected}`);
  if (await isWhole(folder, expected)) return folder;

  const fresh = await mkdtemp(`${folder}-`);
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  await makeReadableByAll(fresh);
  await hydrateSymlinks(fresh);
  // A cleanup of the temporary directory may have left this user's copy incomplete. A folder that another user owns
  // stays untouched.
  if ((await isOurs(folder)) && !(await isWhole(folder, expected))) await rm(folder, { recursive: true, force: true });
  try {
    await rename(fresh, folder);
    return folder;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR'].includes(code)) throw error;
  }
  // The target folder already exists: another process finished its copy first, or the folder belongs to another user.
  if (!(await isWhole(folder, expected))) return fresh;
  await rm(fresh, { recursive: true, force: true });
  return folder;
}
