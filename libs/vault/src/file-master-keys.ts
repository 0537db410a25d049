import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError, type MasterKeySource } from '@patchbay/core';
import { MASTER_KEY_BYTES, parseMasterKey } from './master-key.js';

/**
 * The master key of embedded mode: `<directory>/master.key`, base64, readable by its owner only. Made on first use;
 * when several processes start at once, all get the same one. A file that holds no key is never overwritten, because
 * what was sealed under the right one would be lost.
 *
 * A rotation makes `master.key.next` before anything is wrapped by it. When everything is, the key it was wrapped by is
 * written to a file of its own and moved over `master.key`; `master.key.next` goes last. A process that dies anywhere in
 * between finds every key that something may be wrapped by at its next start.
 */
export function fileMasterKeys(directory: string): MasterKeySource {
  const path = join(directory, 'master.key');
  const next = `${path}.next`;
  return {
    load: async () => {
      const current = (await readKey(path)) ?? (await createKey(directory, path));
      const coming = await readKey(next);
      return coming === undefined || sameKey(coming, current) ? [current] : [coming, current];
    },
    beginRotation: async () => {
      const current = await readKey(path);
      if (current === undefined) throw new VaultError(`${path} has vanished. Put it back before anything else.`);
      // The rest of a rotation that died before its last step.
      const coming = await readKey(next);
      if (coming !== undefined && !sameKey(coming, current)) return [coming, current];
      if (coming !== undefined) await unlink(next);
      return [await createKey(directory, next), current];
    },
    completeRotation: async (wrappedBy) => {
      await replaceKey(directory, path, wrappedBy);
      const coming = await readKey(next);
      if (coming !== undefined && sameKey(coming, wrappedBy)) await unlink(next);
    },
  };
}

/** @throws VaultError that names the file where it holds no master key */
async function readKey(path: string): Promise<Uint8Array | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  // Best effort: some file systems know no modes.
  await chmod(path, 0o600).catch(() => undefined);
  try {
    return parseMasterKey(text);
  } catch {
    throw new VaultError(
      `${path} holds no master key (${MASTER_KEY_BYTES} bytes in base64). Restore it from a backup; only where ` +
        `nothing in this directory is worth keeping, remove the whole directory and start afresh.`,
    );
  }
}

/** Written whole under another name first, then linked: the key appears complete, or not at all, and once. */
async function createKey(directory: string, path: string): Promise<Uint8Array> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeKey(draft, randomBytes(MASTER_KEY_BYTES));
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await unlink(draft).catch(() => undefined);
  }
  await syncDirectory(directory);
  const key = await readKey(path);
  if (key === undefined) throw new VaultError(`${path} was taken away while it was made.`);
  return key;
}

/** Puts a key in the place of the one at a path: a reader finds the one or the other, never a part. */
async function replaceKey(directory: string, path: string, key: Uint8Array): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeKey(draft, key);
    await rename(draft, path);
    await syncDirectory(directory);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

async function writeKey(path: string, key: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${Buffer.from(key).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that a rename or a new name survives a power failure. Best effort: some systems cannot sync a folder. */
async function syncDirectory(directory: string): Promise<void> {
  const folder = await open(directory, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(a, b);
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
