import { endAbandonedRuns, makeRunFolder, RUN_VARIABLE, testDataParent } from './test-run.mjs';

/**
 * Creates the folder of the run before all test files. Starts no server, because the first test that needs a server
 * starts it.
 */
export default async function setUp() {
  await endAbandonedRuns();
  process.env[RUN_VARIABLE] = await makeRunFolder(await testDataParent());
}
