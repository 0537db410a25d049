import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';

/** What the demo plays, below the folder of the repository: an image for production has none of it. */
const NEEDED = ['config/examples', 'config/brands/demo.yaml', 'test/fixtures/events'];

/**
 * Looks whether what the demo plays is there, before anything is loaded that takes it for granted.
 * @throws CliError that names the first thing that is missing
 */
export function checkNeededFiles(root: string): void {
  const missing = NEEDED.map((path) => join(root, path)).find((path) => !existsSync(path));
  if (missing === undefined) return;
  throw new CliError(
    `The demo needs ${missing}, and there is no such thing.`,
    'Run it in a whole clone of Patchbay: images for production leave it out.',
  );
}
