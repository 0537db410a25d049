import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import TestSequencer from '@jest/test-sequencer';

/**
 * Runs the test files in the random order of `PATCHBAY_SHUFFLE_SEED`. The same seed and the same files give the same
 * order.
 */
export default class ShuffledFiles extends TestSequencer {
  sort(tests) {
    const seed = process.env.PATCHBAY_SHUFFLE_SEED;
    const place = ({ path, context }) =>
      createHash('sha256')
        .update(`${seed} ${relative(context.config.rootDir, path)}`)
        .digest('hex');
    process.stderr.write(`test files in the random order of --shuffle-files ${seed}\n`);
    return [...tests].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }
}
