/**
 * Makes typical mistakes of authors in copies of plugins, and checks that the plugin suite catches each of them with the
 * expected test, and with no other test. Prints a table, and the errors of other tests. Fails if a mistake is not caught
 * so, or if a plugin without a mistake fails. Arguments: names of plugins; none for all plugins of the mutations.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import jestConfig from '../../jest.config.js';
import { MUTATIONS } from './mutations.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Returns the spec of a copy. The spec runs only the suite, because the plugin's own tests may catch a mistake too. The
 * events of the presets come from the fixtures.
 */
function specOf(files) {
  const types = [...files.keys()].flatMap((path) => /^mappings.(\w+)\.json$/.exec(path)?.[1] ?? []);
  const fixtures = types.map((type) => [type, join(root, 'test', 'fixtures', 'events', `${type}.json`)]);
  const events = fixtures
    .filter(([, path]) => existsSync(path))
    .map(([type, path]) => [type, JSON.parse(readFileSync(path, 'utf8')).data]);
  return `import { describeDestination } from '@patchbay/testing/suite';
import plugin from './index.js';
import sandbox from './sandbox.js';

const events = ${JSON.stringify(Object.fromEntries(events))};
describeDestination(plugin, { sandbox, folder: new URL('.', import.meta.url), events });
`;
}

const DID_NOT_RUN = { test: 'the spec itself', error: 'Jest did not run the spec of this copy.' };

const NOTHING = { name: 'no mistake', caughtBy: '', apply: () => undefined };

/** Copies of plugins: one per mutation and plugin, and one per plugin without a mutation. */
function plannedCopies(names) {
  const wanted = (plugin) => names.length === 0 || names.includes(plugin);
  const mutated = MUTATIONS.flatMap((mutation) =>
    mutation.plugins.filter(wanted).map((plugin) => ({ mutation, plugin })),
  );
  const plugins = [...new Set(mutated.map(({ plugin }) => plugin))];
  return [...plugins.map((plugin) => ({ mutation: NOTHING, plugin })), ...mutated];
}

/** Reads the files of a plugin, except of its specs. */
function filesOf(plugin) {
  const folder = join(root, 'plugins', plugin);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => !path.endsWith('.spec.ts') && statSync(join(folder, path)).isFile());
  return new Map(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function writeCopy(folder, { mutation, plugin }) {
  const files = filesOf(plugin);
  mutation.apply(files);
  files.set('suite.spec.ts', specOf(files));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Runs the specs of all copies in one process. Returns the failed tests and their errors by the folder of the copy. */
function failedTests(workshop) {
  const config = { ...jestConfig, rootDir: workshop, testMatch: ['<rootDir>/**/*.spec.ts'] };
  // The suite needs neither PostgreSQL nor Redis, which these files start.
  delete config.globalSetup;
  delete config.globalTeardown;
  const output = join(workshop, 'results.json');
  writeFileSync(join(workshop, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(workshop, 'jest.config.json'), JSON.stringify(config));
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = ['--config', 'jest.config.json', '--runInBand', '--silent', '--json', '--outputFile', output];
  const run = spawnSync(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...options], {
    cwd: workshop,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (run.error !== undefined) throw run.error;
  const { testResults } = JSON.parse(readFileSync(output, 'utf8'));
  return new Map(
    testResults.map(({ name, assertionResults, message }) => {
      const failed = assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ ancestorTitles, title, failureMessages }) => ({
          test: [...ancestorTitles.slice(1), title].join(' › '),
          error: failureMessages.join('\n'),
        }));
      const spec = { test: 'the spec itself', error: message };
      return [basename(dirname(dirname(name))), assertionResults.length === 0 ? [spec] : failed];
    }),
  );
}

/** Returns one line of the table, the errors that were not expected, and true if the copy failed as expected. */
function verdict({ mutation, plugin }, failed) {
  const expected = mutation === NOTHING ? [] : [mutation.caughtBy];
  const names = failed.map(({ test }) => test);
  const isCaught = isDeepStrictEqual(names, expected);
  const others = failed.filter(({ test }) => test !== mutation.caughtBy);
  const found = mutation === NOTHING ? 'all tests pass' : `caught by "${mutation.caughtBy}"`;
  const also =
    others.length === 0 ? '' : `; these tests failed instead or too: ${others.map(({ test }) => test).join('; ')}`;
  const words = isCaught ? found : `NOT ${found}${also}`;
  const errors = others.map(({ test, error }) => `${mutation.name}, ${plugin}: ${test}\n${error}\n`);
  return { isCaught, errors, line: `| ${mutation.name} | ${plugin} | ${words} |` };
}

const workshop = mkdtempSync(join(tmpdir(), 'patchbay-mutations-'));
try {
  symlinkSync(join(root, 'node_modules'), join(workshop, 'node_modules'), 'junction');
  const copies = plannedCopies(process.argv.slice(2));
  const folderOf = (index) => String(index).padStart(2, '0');
  copies.forEach((copy, index) => writeCopy(join(workshop, folderOf(index), copy.plugin), copy));
  const failed = failedTests(workshop);
  const verdicts = copies.map((copy, index) => verdict(copy, failed.get(folderOf(index)) ?? [DID_NOT_RUN]));
  const rows = verdicts.map(({ line }) => line).join('\n');
  process.stdout.write(`| mistake | plugin | result |\n|---|---|---|\n${rows}\n`);
  process.stdout.write(verdicts.flatMap(({ errors }) => errors.map((error) => `\n${error}`)).join(''));
  process.exitCode = copies.length > 0 && verdicts.every(({ isCaught }) => isCaught) ? 0 : 1;
} finally {
  rmSync(workshop, { recursive: true });
}
