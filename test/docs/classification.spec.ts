import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../architecture/tree.js';
import { entryOf, treatedBlocks, TREATMENTS } from './run/treatments.js';

describe('test/docs/run/treatments.ts', () => {
  const blocks = treatedBlocks();

  it('has an entry for every code block of the pages', () => {
    const missing = blocks.filter(({ treatment }) => treatment === undefined);
    expect(missing.map(({ page, line, text }) => `${page}:${String(line)} ${text.split('\n')[0] ?? ''}`)).toEqual([]);
    expect(blocks.length).toBeGreaterThan(150);
  });

  it('has no entry without a block', () => {
    const used = new Set(blocks.map(entryOf));
    expect(TREATMENTS.filter((entry) => !used.has(entry)).map(([page, start]) => `${page}: ${start}`)).toEqual([]);
  });

  it('names only tests that exist', () => {
    const tests = TREATMENTS.flatMap(([, , treatment]) => (treatment.kind === 'checked' ? [treatment.by] : []));
    expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
