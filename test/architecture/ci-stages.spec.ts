import { execFile } from 'node:child_process';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { filesUnder, ROOT } from './tree.js';

const run = promisify(execFile);

/** Longest time for the lists of all configurations on a busy machine, in milliseconds. */
const LIST_LIMIT_MS = 120_000;

/** Configurations of Jest whose tests are a stage of `.ci/run`. */
const STAGES = [
  ...['test/unit.config.js', 'test/integration.config.js', 'test/long.config.js'],
  ...['test/browser/jest.config.js', 'test/docs/run/jest.config.js', 'test/kit/jest.config.js'],
  'test/deploy/jest.config.js',
];

/** Returns the paths of the test files of a configuration, relative to the repository. */
async function testFiles(config?: string): Promise<readonly string[]> {
  const { stdout } = await run(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--no-warnings', join(ROOT, 'node_modules/jest/bin/jest.js'), '--listTests'],
      ...(config === undefined ? [] : ['--config', config]),
    ],
    { cwd: ROOT },
  );
  return stdout
    .trim()
    .split('\n')
    .map((path) => relative(ROOT, path).split(sep).join('/'));
}

describe('the stages of .ci/run', () => {
  let perStage: readonly (readonly string[])[];
  beforeAll(async () => {
    perStage = await Promise.all(STAGES.map(testFiles));
  }, LIST_LIMIT_MS);

  it('run every test file of the repository exactly once', () => {
    expect(perStage.flat().sort()).toEqual(filesUnder(ROOT).filter((path) => /spec\.tsx?$/.test(path)));
  });

  it('run all files of `npm test` in the stages unit and integration', async () => {
    expect([...(perStage[0] ?? []), ...(perStage[1] ?? [])].sort()).toEqual([...(await testFiles())].sort());
  });
});
