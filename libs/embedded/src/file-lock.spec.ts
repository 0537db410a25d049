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
  it('lets one in at a time and leaves nothing behind', async () => {
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

  it('is given back when the work fails', async () => {
    const path = join(folder, 'failing');
    await expect(withFileLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withFileLock(path, () => Promise.resolve('next'))).toBe('next');
  });

  it('is taken over from a process that is gone, by one of those who wait', async () => {
    const path = join(folder, 'stale');
    const [pid] = (await processStamp()).split('-');
    await writeFile(path, `${pid ?? ''}-1 of an earlier process with our number`);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await new Promise((done) => setImmediate(done));
      inside -= 1;
    };
    await Promise.all([1, 2, 3, 4, 5].map(() => withFileLock(path, work)));
    expect(most).toBe(1);
  });

  it('is taken over when its process died before it wrote its name', async () => {
    const path = join(folder, 'empty');
    await writeFile(path, '');
    await utimes(path, new Date(0), new Date(0));
    expect(await withFileLock(path, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('gives up with the name of the file and its holder', async () => {
    const path = join(folder, 'held');
    await writeFile(path, await processStamp());
    await expect(withFileLock(path, () => Promise.resolve(), 60)).rejects.toThrow(
      `${path}, held by process ${process.pid}. End that process`,
    );
  });
});

describe('isStampAlive', () => {
  it('knows this process, and tells it from an earlier one of its number', async () => {
    expect(await isStampAlive(await processStamp())).toBe(true);
    expect(await isStampAlive('0-0')).toBe(false);
    expect(await isStampAlive('not a stamp')).toBe(false);
  });
});
