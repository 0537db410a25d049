import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError, type MasterKeySource } from '@patchbay/core';
import { MASTER_KEY_BYTES, parseMasterKey } from './master-key.js';

/**
 * Returns the master key of embedded mode: `<directory>/master.key`, in base64, readable by its owner only. The file is
 * created on first use; if several processes start at once, all get the same key. A file without a valid key is never
 * overwritten, because all data that was sealed under the lost key would be unreadable.
 *
 * A rotation creates `master.key.next` before it wraps any data key under the new master key. After all data keys are
 * wrapped, it moves a copy of the new key over `master.key` and deletes `master.key.next`. If the process stops in
 * between, its next start finds every master key that may still be needed.
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
      if (current === undefined)
        throw new VaultError(`${path} is missing. Restore it before you rotate the master key.`);
      // An earlier rotation may have stopped before its last step, so the next key may already exist.
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

/**
 * Reads the key in the file at a path. Undefined if the file does not exist.
 * @throws VaultError that names the file if it holds no master key
 */
async function readKey(path: string): Promise<Uint8Array | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  // Errors are ignored, because some file systems have no modes.
  await chmod(path, 0o600).catch(() => undefined);
  try {
    return parseMasterKey(text);
  } catch {
    throw new VaultError(
      `${path} does not hold a master key (${MASTER_KEY_BYTES} bytes in base64). Restore it from a backup. ` +
        `To start with an empty database instead, delete the whole directory and start again.`,
    );
  }
}

/**
 * Creates a key file. Writes a temporary file first and then links it, so that the key appears at once and complete. If
 * several processes create the file at the same time, the key of the first process counts.
 */
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
  if (key === undefined)
    throw new VaultError(`Another process deleted ${path} while this process created it. Start again.`);
  return key;
}

/** Replaces the key file atomically: a reader finds either the old key or the new key. */
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

/**
 * Syncs the directory, so that new file names survive a power failure. Errors are ignored, because some systems cannot
 * sync a directory.
 */
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
