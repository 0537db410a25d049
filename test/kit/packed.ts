import { join } from 'node:path';
import { ROOT } from '../architecture/tree.js';
import { mustRun } from './run.js';

/** Command line of this repository. It needs a build. */
export const CLI = join(ROOT, 'apps', 'cli', 'bin', 'patchbay.js');

const TOOLS = join(ROOT, 'test', 'tools', 'node_modules');

/** Checks an archive with publint. Throws if publint has any remark. */
export async function mustPassPublint(archive: string): Promise<void> {
  const output = await mustRun(process.execPath, [join(TOOLS, 'publint/src/cli.js'), archive, '--strict'], ROOT);
  if (!output.includes('All good!')) throw new Error(`publint has remarks about ${archive}:\n${output}`);
}

/** Checks the types of an archive for all ways of resolution that support ES modules. Throws if attw finds a problem. */
export async function mustPassAttw(archive: string): Promise<void> {
  const attw = join(TOOLS, '@arethetypeswrong/cli/dist/index.js');
  const output = await mustRun(process.execPath, [attw, archive, '--profile', 'esm-only'], ROOT);
  if (!output.includes('🟢 (ESM)')) throw new Error(`attw did not check ${archive}:\n${output}`);
}

/** Returns the paths of the files in an archive. */
export async function filesIn(archive: string): Promise<readonly string[]> {
  return (await mustRun('tar', ['-tzf', archive], ROOT)).trim().split('\n');
}
