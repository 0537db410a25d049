import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MUTATIONS } from './mutations.mjs';

const SUITE = resolve('libs/testing/src/suite');

function filesIn(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return new Map(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

const suite = [...filesIn(SUITE).values()].join('\n');

/** `npm run plugin-mutations` runs the mutated plugins. This spec finds a mutation that no longer changes anything. */
describe.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))(
  'the mutation "%s"',
  (_name, mutation) => {
    it.each(mutation.plugins)('changes the files of %s', (plugin) => {
      const before = filesIn(resolve('plugins', plugin));
      const files = new Map(before);
      mutation.apply(files);
      expect([...files].some(([path, text]) => before.get(path) !== text)).toBe(true);
    });

    it('names a test of the suite, and three plugins', () => {
      const [, title = ''] = mutation.caughtBy.split(' › ');
      expect(suite).toContain(title.replace('pointsIssued: ', ''));
      expect(new Set(mutation.plugins).size).toBe(3);
    });
  },
);
