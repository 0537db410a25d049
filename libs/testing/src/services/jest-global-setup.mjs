import { endAbandonedRuns, makeRunFolder, RUN_VARIABLE } from './test-run.mjs';

/** Creates a folder before all test files. A server starts when the first test requests it. */
export default async function setUp() {
  await endAbandonedRuns();
  process.env[RUN_VARIABLE] = await makeRunFolder();
}
