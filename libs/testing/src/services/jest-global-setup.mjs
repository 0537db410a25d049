import { endAbandonedRuns, makeRunFolder, RUN_VARIABLE } from './test-run.mjs';

/** Before all test files: only a folder is made. A server starts when the first test asks for it. */
export default async function setUp() {
  await endAbandonedRuns();
  process.env[RUN_VARIABLE] = await makeRunFolder();
}
