import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';

/** Paths in the repository that the demo reads. The production image does not contain them. */
const NEEDED = ['config/examples', 'config/brands/demo.yaml', 'test/fixtures/events'];

/**
 * Checks that the files of the demo exist, before modules that read them are loaded.
 * @throws CliError that names the first missing path
 */
export function checkNeededFiles(root: string): void {
  const missing = NEEDED.map((path) => join(root, path)).find((path) => !existsSync(path));
  if (missing === undefined) return;
  throw new CliError(
    `The demo needs ${missing}, which does not exist.`,
    'Run the demo in a full clone of Patchbay. The production image does not contain these files.',
  );
}
