import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { errorCode } from './error-code.js';
import { isStampAlive, processStamp } from './process-stamp.js';

const POLL_MS = 25;
/**
 * Milliseconds after which an empty lock file counts as abandoned. Normally a lock file is empty only for the moment
 * between its creation and the writing of its content.
 */
const MAX_EMPTY_MS = 5_000;

async function isAbandoned(path: string, holder: string): Promise<boolean> {
  if (holder !== '') return !(await isStampAlive(holder));
  const made = await stat(path).catch(() => undefined);
  // The age is measured by the host's clock, because a file's modification time comes from this clock too.
  // eslint-disable-next-line no-restricted-syntax
  return made !== undefined && Date.now() - made.mtimeMs > MAX_EMPTY_MS;
}

/**
 * Removes the lock file at `path` if its holder no longer runs. A second lock file protects the removal. Without the
 * second lock file, another process could replace the file between the check and the removal, and this process would
 * delete the new file.
 */
async function removeAbandoned(path: string): Promise<void> {
  await withFileLock(`${path}.removal`, async () => {
    const holder = await readHolder(path);
    if (holder !== undefined && (await isAbandoned(path, holder))) await rm(path, { force: true });
  });
}

/** Returns the stamp in a lock file. Empty if the stamp is not written yet, undefined if there is no file. */
async function readHolder(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Runs `work` while holding a lock file. Other processes, and other callers in this process, wait for the lock. The
 * process that holds a lock may die, for example after `kill -9` or a crash of the machine. The next caller then takes
 * the lock.
 *
 * @param path the lock file; its folder must exist
 * @param waitMs longest wait for the holder of the lock, in milliseconds
 * @throws EmbeddedPostgresError if the wait is over
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, waitMs = 180_000): Promise<T> {
  const stamp = `${await processStamp()} ${randomUUID()}`;
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      await writeFile(path, stamp, { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const holder = await readHolder(path);
    if (holder !== undefined && (await isAbandoned(path, holder))) {
      await removeAbandoned(path);
      continue;
    }
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Waited ${Math.round(waitMs / 1000)} s for the lock file ${path} of process ` +
          `${holder?.split('-')[0] ?? 'unknown'}. End that process. If it no longer runs, delete the lock file.`,
      );
    }
    await wait(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if ((await readHolder(path)) === stamp) await rm(path, { force: true });
  }
}
