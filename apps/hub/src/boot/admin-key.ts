import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubEnvironment } from '@patchbay/config';

export const ADMIN_KEY = Symbol('AdminKey');

/** Returns the bootstrap admin key. Null if none is set outside embedded mode. */
export async function bootstrapAdminKey(
  { adminKey, databaseUrl }: Pick<HubEnvironment, 'adminKey' | 'databaseUrl'>,
  dataDirectory: string,
): Promise<string | null> {
  return adminKey ?? (databaseUrl === undefined ? await loadOrCreateAdminKey(dataDirectory) : null);
}

/**
 * Returns the admin key of embedded mode. The first start creates it in `<directory>/admin.key`, readable by its owner
 * only, so that the admin API always requires a key.
 */
async function loadOrCreateAdminKey(directory: string): Promise<string> {
  const file = join(directory, 'admin.key');
  // Mode 0711: the user of the embedded database must be able to traverse this directory.
  await mkdir(directory, { recursive: true, mode: 0o711 });
  try {
    await writeFile(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}
