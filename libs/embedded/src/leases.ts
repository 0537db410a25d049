import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStampAlive, processStamp } from './process-stamp.js';

/**
 * Notes who uses a server, one file a user, so that the first of two hubs to stop does not take the
 * database from the other. Call it under the lock of the data folder.
 * @returns the path of the lease, to be given to {@link releaseLease}
 */
export async function takeLease(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lease = join(folder, `${await processStamp()}-${randomUUID()}`);
  await writeFile(lease, '', { flag: 'wx', mode: 0o600 });
  return lease;
}

/**
 * Gives a lease back and clears those of processes that are gone. Call it under the lock of the data folder.
 * @returns whether anybody still uses the server
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
