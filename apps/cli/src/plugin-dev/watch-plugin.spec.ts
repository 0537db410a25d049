import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@patchbay/testing/services';
import { isPluginFile, listPluginFiles } from './plugin-files.js';
import { watchPlugin } from './watch-plugin.js';

describe('the files of a plugin', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'patchbay-files-'));
    for (const folder of ['mappings', 'node_modules/x', 'dist']) await mkdir(join(root, folder), { recursive: true });
    const files = ['index.ts', 'index.spec.ts', 'mappings/default.json', 'node_modules/x/index.js', 'dist/index.js'];
    for (const file of files) await writeFile(join(root, file), '');
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it.each([
    ['index.ts', true],
    ['mappings/pointsIssued.json', true],
    ['acme-sms.spec.ts', false],
    ['package.json', false],
    ['index.ts~', false],
    ['node_modules', false],
    ['kit/patchbay-testing-0.1.0.tgz', false],
    ['.git', false],
    ['.index.ts.swp', false],
  ])('%s: %j', (path, expected) => {
    expect(isPluginFile(path)).toBe(expected);
  });

  it('are listed without packages, compiled files and specs', () => {
    expect(listPluginFiles(root)).toEqual({
      folders: ['', 'mappings'],
      files: ['index.ts', join('mappings', 'default.json')],
    });
  });

  it('are watched, also in a folder that is created later', async () => {
    let changes = 0;
    const end = watchPlugin(root, () => (changes += 1));
    const changed = async (path: string): Promise<void> => {
      const before = changes;
      await writeFile(join(root, path), `after ${String(before)}`);
      await until(() => changes > before, { what: `the change of ${path}` });
    };
    try {
      await changed('index.ts');
      await changed('mappings/default.json');
      const before = changes;
      await mkdir(join(root, 'errors'));
      await until(() => changes > before, { what: 'the new folder' });
      await changed('errors/codes.ts');
    } finally {
      end();
    }
  });
});
