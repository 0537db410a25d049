import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { processStamp } from '@patchbay/embedded';
import type { Skipped } from '@patchbay/testing/services';

const run = promisify(execFile);

const PREFIX = 'patchbay-chaos-disk-';
const SIZE = '3g';
const SHRINK_ATTEMPTS = 50;
const MARGIN_BYTES = 64 * 1024;

/** In-memory file system for the database's files. A fault can fill the file system at once. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills the file system by shrinking it to the size of its content. */
  fill(): Promise<void>;
  clear(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Mounts the in-memory file system. Requires Linux and the permission to mount (root). If one of these requirements is
 * missing, returns the reason.
 */
export async function mountSmallDisk(): Promise<SmallDisk | Skipped> {
  if (process.platform !== 'linux') return { skipped: 'the fault "disk full" uses a tmpfs, which requires Linux' };
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${await processStamp()}-`));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0755`, 'patchbay-chaos', folder]);
  } catch (error) {
    await rm(folder, { recursive: true });
    const reason = error instanceof Error ? error.message.trim().split('\n').pop() : String(error);
    return { skipped: `the fault "disk full" mounts a tmpfs, which requires root: ${reason}` };
  }
  const resize = (size: string): Promise<unknown> => run('mount', ['-o', `remount,size=${size}`, folder]);
  return {
    folder,
    // A tmpfs can shrink to the size of its content, so the fault need not write a file to fill the disk.
    fill: () => shrink(folder, resize),
    clear: async () => {
      await resize(SIZE);
    },
    remove: () => unmount(folder),
  };
}

/**
 * Shrinks the disk to its content. The database writes at the same time, so a new size can be too small at the moment
 * when it is set. Each attempt therefore leaves more free space, which the database fills at once.
 */
async function shrink(folder: string, resize: (size: string) => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const { blocks, bfree, bsize } = await statfs(folder);
    try {
      await resize(String((blocks - bfree) * bsize + attempt * MARGIN_BYTES));
      return;
    } catch (error) {
      if (attempt === SHRINK_ATTEMPTS) throw error;
    }
  }
}

async function unmount(folder: string): Promise<void> {
  await run('umount', ['-l', folder]);
  await rm(folder, { recursive: true });
}

/** Unmounts and removes the disks of runs that were killed. */
async function removeAbandoned(): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8');
  for (const name of await readdir(tmpdir())) {
    const [stamp] = name.startsWith(PREFIX) ? (/^\d+-\d+/.exec(name.slice(PREFIX.length)) ?? []) : [];
    if (stamp === undefined || (await processStamp(Number.parseInt(stamp, 10))) === stamp) continue;
    const folder = join(tmpdir(), name);
    if (mounts.includes(` ${folder} `)) await unmount(folder).catch(() => undefined);
    else await rm(folder, { recursive: true, force: true });
  }
}
