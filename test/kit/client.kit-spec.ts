import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../architecture/tree.js';
import { ADMIN_KEY, startTestHub, type TestHub } from '../e2e/support/test-hub.js';
import { unpack } from './install-offline.js';
import { CLI, filesIn, mustPassAttw, mustPassPublint } from './packed.js';
import { mustRun, run } from './run.js';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

describe('the client outside this repository', () => {
  const root = mkdtempSync(join(tmpdir(), 'patchbay-client-'));
  const folder = join(root, 'program');
  const archive = join(root, `patchbay-client-${version}.tgz`);

  beforeAll(async () => {
    await mustRun(process.execPath, [CLI, 'client', 'pack', '.'], root);
    mkdirSync(folder);
    await unpack(archive, folder, '@patchbay/client');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    // The program is the example of the README.
    const readme = readFileSync(join(folder, 'node_modules', '@patchbay', 'client', 'README.md'), 'utf8');
    writeFileSync(join(folder, 'program.ts'), /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('is an archive that publint and attw accept', async () => {
    await mustPassPublint(archive);
    await mustPassAttw(archive);
    const files = await filesIn(archive);
    expect(files).toEqual(expect.arrayContaining(['package/package.json', 'package/README.md', 'package/LICENSE']));
    expect(
      files.filter((file) => !/^package\/(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts))$/.test(file)),
    ).toEqual([]);
  });

  it.each([
    ['node16', 'node16', 'es2022,dom'],
    ['nodenext', 'nodenext', 'es2022,dom'],
    ['esnext', 'bundler', 'es2022,dom,dom.iterable'],
  ])('has types for the module kind %s and the resolution %s', async (module, resolution, lib) => {
    const options = ['--strict', '--target', 'es2022', '--module', module, '--moduleResolution', resolution];
    writeFileSync(join(folder, 'globals.d.ts'), 'declare const process: { env: Record<string, string | undefined> };');
    await mustRun(process.execPath, [TSC, ...options, '--lib', lib, 'program.ts', 'globals.d.ts'], folder);
  });

  it('refuses a wrong path, parameter and body', async () => {
    const wrong = [
      `hub.GET('/v1/brand');`,
      `hub.GET('/v1/brands/{brand}');`,
      `hub.POST('/v1/brands', { body: { nam: 'acme' } });`,
    ];
    writeFileSync(
      join(folder, 'wrong.ts'),
      [`import { createClient } from '@patchbay/client';`, `const hub = createClient({ baseUrl: '' });`, ...wrong].join(
        '\n',
      ),
    );
    const options = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--noEmit', '--lib', 'es2022,dom'];
    const { output } = await run(process.execPath, [TSC, ...options, 'wrong.ts'], folder);
    expect([...output.matchAll(/^wrong\.ts\((\d+),/gm)].map(([, line]) => line)).toEqual(['3', '4', '5']);
  });

  describe('with a hub', () => {
    let hub: TestHub;

    beforeAll(async () => {
      hub = await startTestHub();
    });
    afterAll(() => hub.close());

    it('runs the example of the README', async () => {
      const environment = [`PATCHBAY_URL=${hub.url}`, `PATCHBAY_ADMIN_KEY=${ADMIN_KEY}`];
      const output = await mustRun('env', [...environment, process.execPath, 'program.js'], folder);
      expect(output).toBe('Created acme.\nBrand: acme\nrefused 422: timezone\n');
    });
  });
});

describe('the command line', () => {
  const root = mkdtempSync(join(tmpdir(), 'patchbay-command-'));
  afterAll(() => rmSync(root, { recursive: true }));

  // It is installed with the hub and has no entry point for imports, so attw has nothing to check.
  it('is a package that publint accepts', async () => {
    await mustRun(
      'npm',
      ['pack', '--offline', '--ignore-scripts', '--pack-destination', root],
      join(ROOT, 'apps', 'cli'),
    );
    await mustPassPublint(join(root, `patchbay-cli-${version}.tgz`));
  });
});
