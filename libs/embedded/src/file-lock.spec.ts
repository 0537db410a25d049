import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from './file-lock.js';
import { isStampAlive, processStamp } from './process-stamp.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('withFileLock', () => {
  it('admits one holder at a time and leaves no file behind', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await new Promise((done) => setImmediate(done));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 10 }, () => withFileLock(join(folder, 'lock'), work)));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is released if the work fails', async () => {
    const path = join(folder, 'failing');
    await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withFileLock(path, () => Promise.resolve('next'))).toBe('next');
  });

  it('is taken over by one waiting process if its holder is gone', async () => {
    const [pid] = (await processStamp()).split('-');
    const mostInside = async (path: string): Promise<number> => {
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        most = Math.max(most, (inside += 1));
        await new Promise((done) => setImmediate(done));
        inside -= 1;
      };
      await writeFile(path, `${pid ?? ''}-1 of an earlier process with the same pid`);
      await Promise.all([1, 2, 3, 4, 5].map(() => withFileLock(path, work)));
      return most;
    };
    // Waiting processes interfere only if their file operations happen in certain orders, so the test uses 50 locks.
    const locks = Array.from({ length: 50 }, (_, number) => mostInside(join(folder, `stale-${number}`)));
    expect(new Set(await Promise.all(locks))).toEqual(new Set([1]));
    expect(await readdir(folder)).toEqual([]);
    // 250 waiting callers poll their files, which takes over 20 seconds on a busy machine.
  }, 120_000);

  it('is taken over if its holder died before it wrote its stamp', async () => {
    const path = join(folder, 'empty');
    await writeFile(path, '');
    await utimes(path, new Date(0), new Date(0));
    expect(await withFileLock(path, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('fails after the wait with the names of the file and its holder', async () => {
    const path = join(folder, 'held');
    await writeFile(path, await processStamp());
    await expect(withFileLock(path, () => Promise.resolve(), 60)).rejects.toThrow(
      `the lock file ${path} of process ${process.pid}. End that process`,
    );
  });
});

describe('isStampAlive', () => {
  it('recognises this process, and distinguishes it from an earlier one with the same pid', async () => {
    expect(await isStampAlive(await processStamp())).toBe(true);
    expect(await isStampAlive('0-0')).toBe(false);
    expect(await isStampAlive('not a stamp')).toBe(false);
  });
});
