import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** Module with state that two test files import. */
const MODULE = `export const state = { files: 0 };
export const clock = { now: () => 1 };
`;
/** Module that only the first test file cannot load. */
const FAILING_MODULE = `import { state } from './module.mjs';
if (state.files === 1) throw new Error('first file');
`;
/** Test file that leaves a spy and fake timers, and whose test has the number of the file as its name. */
const TEST_FILE = `import { expect, it, jest } from '@jest/globals';
import { clock, state } from './module.mjs';
import { helper } from './test/helper.mjs';

state.files += 1;
helper.files += 1;
const host = setTimeout.clock;
it(\`file \${state.files}, with helper \${helper.files}\`, async () => {
  const failed = await import('./failing.mjs').then(() => false, () => true);
  expect(failed).toBe(state.files === 1);
  expect(jest.isMockFunction(clock.now)).toBe(false);
  expect(host).toBeUndefined();
  expect.assertions(3);
  jest.spyOn(clock, 'now');
  jest.useFakeTimers();
});
`;

interface Results {
  readonly testResults: readonly { readonly assertionResults: readonly { title: string; status: string }[] }[];
}

describe('test files of a worker process', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'patchbay-shared-modules-'));
    mkdirSync(join(folder, 'test'));
    writeFileSync(join(folder, 'module.mjs'), MODULE);
    writeFileSync(join(folder, 'failing.mjs'), FAILING_MODULE);
    writeFileSync(join(folder, 'test', 'helper.mjs'), 'export const helper = { files: 0 };\n');
    for (const name of ['first', 'second']) writeFileSync(join(folder, `${name}.spec.mjs`), TEST_FILE);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs both files in one process, and returns the outcome of each test by its name. */
  async function run(...options: readonly string[]): Promise<Record<string, string>> {
    const config = {
      rootDir: folder,
      testMatch: ['**/*.spec.mjs'],
      transform: {},
      testEnvironment: join(ROOT, 'test', 'jest', 'shared-environment.cjs'),
      runtime: join(ROOT, 'test', 'jest', 'shared-runtime.cjs'),
      moduleFileExtensions: ['mjs', 'js'],
    };
    const output = join(folder, 'results.json');
    const args = ['--config', JSON.stringify(config), '--runInBand', '--json', '--outputFile', output, ...options];
    await promisify(execFile)(process.execPath, ['--experimental-vm-modules', '--no-warnings', JEST, ...args]);
    const results = JSON.parse(readFileSync(output, 'utf8')) as Results;
    return Object.fromEntries(
      results.testResults.flatMap((file) => file.assertionResults).map(({ title, status }) => [title, status]),
    );
  }

  it('share modules, but no failed modules, test helpers, spies, fake timers and assertions', async () => {
    expect(await run()).toEqual({ 'file 1, with helper 1': 'passed', 'file 2, with helper 1': 'passed' });
  });

  it('have their own modules if coverage is counted', async () => {
    expect(await run('--coverage', '--coverageReporters=json')).toEqual({ 'file 1, with helper 1': 'passed' });
  });
});
