import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStampAlive, processStamp } from './process-stamp.js';

/**
 * Records in a file that this process uses the server. The file is the lease of this process. A hub that stops must not
 * stop a server that another hub uses. Must be called under the lock of the data folder.
 * @returns the path of the lease, for {@link releaseLease}
 */
export async function takeLease(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lease = join(folder, `${await processStamp()}-${randomUUID()}`);
  await writeFile(lease, '', { flag: 'wx', mode: 0o600 });
  return lease;
}

/**
 * Removes the lease of this process, and the leases of processes that no longer run. Must be called under the lock of
 * the data folder.
 * @returns true if another process still uses the server
 */
export async function releaseLease(folder: string, lease: string): Promise<boolean> {
  await rm(lease, { force: true });
  let inUse = false;
  for (const name of await readdir(folder)) {
    if (await isStampAlive(name)) inUse = true;
    else await rm(join(folder, name), { force: true });
  }
  return inUse;
}
