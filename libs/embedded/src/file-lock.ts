import { readFile, rename, rm, stat, writeFile, link } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { errorCode } from './error-code.js';
import { isStampAlive, processStamp } from './process-stamp.js';

const POLL_MS = 25;
/** A lock file is empty for the moment between its making and its writing; after this it was left so by a crash. */
const MAX_EMPTY_MS = 5_000;

async function isAbandoned(path: string, holder: string): Promise<boolean> {
  if (holder !== '') return !(await isStampAlive(holder));
  const made = await stat(path).catch(() => undefined);
  // Compared with the time of a file, which is the host's.
  // eslint-disable-next-line no-restricted-syntax
  return made !== undefined && Date.now() - made.mtimeMs > MAX_EMPTY_MS;
}

/** Takes an abandoned lock away. By renaming, so that of several who try only one gets it. */
async function clear(path: string, holder: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  // Somebody may have cleared and taken it since we looked: then it goes back.
  if ((await readFile(aside, 'utf8')) !== holder) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/**
 * Runs `work` while holding a lock file, which other processes and other callers in this one wait for.
 * A lock whose process is gone (also by `kill -9` or a crash of the machine) is taken over.
 *
 * @param path of the lock file; its folder exists
 * @param waitMs how long to wait for the holder, in milliseconds
 * @throws EmbeddedPostgresError when the holder keeps it longer than that
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
    const holder = await readFile(path, 'utf8').catch(() => undefined);
    if (holder !== undefined && (await isAbandoned(path, holder))) {
      await clear(path, holder);
      continue;
    }
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `Waited ${Math.round(waitMs / 1000)} s for ${path}, held by process ${holder?.split('-')[0] ?? 'unknown'}. ` +
          'End that process, or delete the file if it is no longer running.',
      );
    }
    await wait(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if ((await readFile(path, 'utf8').catch(() => '')) === stamp) await rm(path, { force: true });
  }
}
