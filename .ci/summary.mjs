/**
 * Prints the time of every stage, every failed test, and as its last line the sum of the counts of Jest:
 * `node .ci/summary.mjs FOLDER`. The file `stages` of the folder has a line `stage outcome seconds` per stage. A stage
 * with tests also has a file `<stage>.json`, which Jest wrote. Exits with 1 if a stage failed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [folder = ''] = process.argv.slice(2);
/** Lines of the message of a failed test that are printed. Jest printed the whole message before. */
const MESSAGE_LINES = 12;

const stages = readFileSync(join(folder, 'stages'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' '));
const sum = { passed: 0, failed: 0, skipped: 0 };

function indented(message) {
  // eslint-disable-next-line no-control-regex -- Jest colours its messages
  const lines = message.replaceAll(/\u001b\[\d*m/g, '').split('\n');
  return lines
    .slice(0, MESSAGE_LINES)
    .map((line) => `    ${line}`)
    .join('\n');
}

/** Prints the failed tests of a stage, and adds its counts. Returns true if every test ran and passed. */
function report(stage, path) {
  const result = JSON.parse(readFileSync(path, 'utf8'));
  sum.passed += result.numPassedTests;
  sum.failed += result.numFailedTests;
  sum.skipped += result.numPendingTests;
  for (const file of result.testResults) {
    const name = relative(process.cwd(), file.name);
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    for (const test of failed) {
      console.log(`failed in ${stage}: ${name}: ${test.fullName}\n${indented(test.failureMessages.join('\n'))}`);
    }
    // The counts do not include the tests of a file that Jest could not load.
    if (file.status === 'failed' && failed.length === 0) {
      console.log(`failed in ${stage}: ${name} could not be run\n${indented(file.message)}`);
    }
  }
  return result.success && result.numPassedTests > 0;
}

for (const [stage, outcome, seconds] of stages) {
  const path = join(folder, `${stage}.json`);
  const isComplete = !existsSync(path) || report(stage, path);
  if (!isComplete || outcome === 'failed') process.exitCode = 1;
  console.log(`${stage.padEnd(12)} ${isComplete ? outcome : 'failed'} in ${seconds} s`);
}
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
