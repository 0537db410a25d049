import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { jsonObjectIn } from '@patchbay/plugin-sdk';
import { objectAt } from '../api/json-reading.js';
import { ROOT } from '../demo/repository.js';
import { planPackage } from './plan-package.js';
import { pluginNames } from './plugin-names.js';
import { readTemplates } from './write-plugin.js';

const kit = [
  { name: '@patchbay/plugin-sdk', version: '0.1.0', file: 'sdk.tgz' },
  { name: '@patchbay/testing', version: '0.1.0', file: 'testing.tgz' },
];
const versions = objectAt(jsonObjectIn(await readFile(join(ROOT, 'package.json'))), 'devDependencies') ?? {};

describe('planPackage', () => {
  it('creates a package that takes the kit from its own folder, and tools in the versions of this repository', async () => {
    const files = planPackage(pluginNames('acme-crm'), kit, versions, await readTemplates());
    expect([...files.keys()]).toEqual([
      'package.json',
      'tsconfig.json',
      'jest.config.js',
      '.github/workflows/test.yml',
      '.gitignore',
    ]);
    expect([...files.values()].filter((text) => text === '' || /__\w+__/.test(text))).toEqual([]);
    const manifest = jsonObjectIn(files.get('package.json') ?? '');
    expect(manifest).toMatchObject({
      name: 'patchbay-plugin-acme-crm',
      exports: './dist/index.js',
      peerDependencies: { '@patchbay/plugin-sdk': '^0.1.0' },
      devDependencies: { '@patchbay/testing': 'file:kit/testing.tgz', jest: versions['jest'] },
    });
    expect(manifest).not.toHaveProperty('private');
  });

  it('fails if the repository has no version of a tool', async () => {
    const templates = await readTemplates();
    expect(() => planPackage(pluginNames('acme-crm'), kit, {}, templates)).toThrow('no version of @jest/globals');
  });
});
