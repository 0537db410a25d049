import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hydrateSymlinks } from './symlinks.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-links-'));
  await mkdir(join(folder, 'native', 'lib'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const list = (links: unknown): Promise<void> =>
  writeFile(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links));

describe('hydrateSymlinks', () => {
  it('creates listed links, keeps existing files, and can run repeatedly', async () => {
    await list([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]);
    expect(await hydrateSymlinks(join(folder, 'native'))).toBe(true);
    expect(await hydrateSymlinks(join(folder, 'native'))).toBe(true);
    expect(await readlink(join(folder, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  });

  it('creates no link that leaves its folder', async () => {
    await list([
      { source: '/etc/passwd', target: 'native/lib/a' },
      { source: 'native/../../x', target: 'native/../../y' },
      { source: 7, target: 'native/lib/b' },
    ]);
    expect(await hydrateSymlinks(join(folder, 'native'))).toBe(true);
    expect(await readdir(join(folder, 'native', 'lib'))).toEqual([]);
  });

  it('does nothing without a list', async () => {
    expect(await hydrateSymlinks(join(folder, 'native'))).toBe(true);
  });
});
