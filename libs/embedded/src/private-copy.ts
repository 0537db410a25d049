import { createHash } from 'node:crypto';
import { chmod, cp, lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './error-code.js';
import { hydrateSymlinks } from './symlinks.js';

/** A hash over the names and sizes of all files (links left out): the same for a whole copy, another for a partial one. */
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

/** Only a folder of our own that nobody else may write to: others can put things into a temporary folder too. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isDirectory()) return false;
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0);
}

async function isWhole(folder: string, expected: string): Promise<boolean> {
  return (await isOurs(folder)) && (await fingerprint(folder)) === expected && (await hydrateSymlinks(folder));
}

/** Lets everybody read and run what is in a folder, whatever umask it was installed with. */
async function makeReadableByAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadableByAll(path);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

/**
 * Copies a PostgreSQL to where every user can run it, and makes its links there. The copy's name holds a
 * hash of what is in it, so it is used again while it is whole, and a new version gets a new one.
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
  // What tidies a temporary folder may have left ours in part. Anything else of that name is left alone.
  if ((await isOurs(folder)) && !(await isWhole(folder, expected))) await rm(folder, { recursive: true, force: true });
  try {
    await rename(fresh, folder);
    return folder;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOTDIR'].includes(code)) throw error;
  }
  // The name is taken: by a process that was faster, or by something that is not ours.
  if (!(await isWhole(folder, expected))) return fresh;
  await rm(fresh, { recursive: true, force: true });
  return folder;
}
