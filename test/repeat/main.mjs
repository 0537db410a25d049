import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HELP = `npm run repeat-tests -- [options]

Runs the whole suite several times, each time with the files in another random order, while another process keeps one
core half busy. Prints one line per run. Exits 1 if a test failed in any run.

  --runs <n>   how many (default 10)
  --seed <n>   the seed of the first run; each further run adds 1 (default: random)
`;

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'patchbay-repeat-'));
const busy = spawn(process.execPath, [join(root, 'test', 'repeat', 'cpu-load.mjs')], { stdio: 'ignore' });
let good = true;
try {
  for (let run = 0; run < wholeNumber('--runs', values.runs); run += 1) {
    good = (await once(run + 1, wholeNumber('--seed', values.seed) + run)) && good;
  }
} finally {
  busy.kill();
  rmSync(folder, { recursive: true });
}
process.exitCode = good ? 0 : 1;

function wholeNumber(option, text) {
  if (!/^\d+$/.test(text)) throw new Error(`Invalid ${option} "${text}". Use a whole number.`);
  return Number(text);
}

/** Runs the test suite once. Prints the numbers of tests, and the names and messages of failed tests. */
async function once(run, seed) {
  const results = join(folder, `${run}.json`);
  const startedAt = performance.now();
  const options = ['--shuffle-files', String(seed), '--ci', '--silent', '--json', `--outputFile=${results}`];
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'scripts', 'run.mjs'), 'test', ...options], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(status ?? signal));
  });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(readFileSync(results, 'utf8'));
  const counts = `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
  console.log(`run ${run}, --shuffle-files ${seed}: ${counts}, ${seconds} s, exit ${code}`);
  for (const { name, status, message, assertionResults } of testResults) {
    if (status === 'passed') continue;
    const failed = assertionResults.filter((result) => result.status === 'failed');
    for (const { fullName } of failed) console.log(`  ${name}: ${fullName}`);
    console.log(message);
  }
  return code === 0;
}
