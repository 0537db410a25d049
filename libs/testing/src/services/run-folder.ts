import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { processStamp } from '@patchbay/embedded';

/**
 * Returns the folder of this Jest run. The global setup creates it and all workers share it.
 * @throws Error if the tests run without the global setup
 */
export function runFolder(): string {
  const folder = process.env['PATCHBAY_TEST_RUN'];
  if (folder === undefined) {
    throw new Error(
      "Test services require the global setup in the project's jest.config.js. Run the tests with npm test.",
    );
  }
  return folder;
}

/** Returns the run's name in the form for its databases and Redis keys: `a-z0-9_`. */
export const runName = (): string => basename(runFolder()).replace(/\W/g, '_').toLowerCase();

/** Records a server that the global teardown of the run must stop. */
export async function recordServer(name: string, pid: number): Promise<void> {
  const record = JSON.stringify({ pid, stamp: await processStamp(pid) });
  await writeFile(join(runFolder(), 'servers', `${name}.json`), record);
}
