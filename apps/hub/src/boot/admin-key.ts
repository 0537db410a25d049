import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Embedded mode's admin key: made at the first start, kept in `<directory>/admin.key` for its owner's eyes only, so that
 * the admin API is never open and never out of reach.
 */
export async function loadOrCreateAdminKey(directory: string): Promise<string> {
  const file = join(directory, 'admin.key');
  // 0711: the embedded database's own user has to pass through to its folder.
  await mkdir(directory, { recursive: true, mode: 0o711 });
  try {
    await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}
