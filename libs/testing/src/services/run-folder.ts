import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { processStamp } from '@patchbay/embedded';

/**
 * The folder of this run of Jest, made by its global set-up and shared by all workers.
 * @throws Error when the tests run without it
 */
export function runFolder(): string {
  const folder = process.env['PATCHBAY_TEST_RUN'];
  if (folder === undefined) {
    throw new Error("Test services need the global set-up of the project's jest.config.js: run them with npm test.");
  }
  return folder;
}

/** The run's name as it stands in the names of its databases and Redis keys: `a-z0-9_`. */
export const runName = (): string => basename(runFolder()).replace(/\W/g, '_').toLowerCase();

/** Notes a server that the global teardown of the run has to stop. */
export async function recordServer(name: string, pid: number): Promise<void> {
  const record = JSON.stringify({ pid, stamp: await processStamp(pid) });
  await writeFile(join(runFolder(), 'servers', `${name}.json`), record);
}
