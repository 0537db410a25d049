import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { VaultError } from '@patchbay/core';
import { MASTER_KEY_BYTES, parseMasterKey } from './master-key.js';

/**
 * The master key of embedded mode: `<directory>/master.key`, base64, readable by its owner only. Made on first use;
 * when several processes start at once, all get the same one. A file that holds no key is never overwritten, because
 * what was sealed under the right one would be lost.
 * @throws VaultError that names the file where it holds no master key
 */
export async function loadOrCreateMasterKey(directory: string): Promise<Uint8Array> {
  const path = join(directory, 'master.key');
  const text = (await readIfThere(path)) ?? (await create(directory, path));
  try {
    return parseMasterKey(text);
  } catch {
    throw new VaultError(
      `${path} holds no master key (${MASTER_KEY_BYTES} bytes in base64). Restore it from a backup; only where ` +
        `nothing in this directory is worth keeping, remove the whole directory and start afresh.`,
    );
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    // Best effort: some file systems know no modes.
    await chmod(path, 0o600).catch(() => undefined);
    return text;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Written whole under another name first, then linked: the key appears complete, or not at all, and once. */
async function create(directory: string, path: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await unlink(draft).catch(() => undefined);
  }
  return readFile(path, 'utf8');
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
