import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../architecture/tree.js';
import { references } from './references.js';

describe('the generated pages of the documentation', () => {
  it('equal the code; if not, run npm run docs:references', async () => {
    const pages = await references();
    for (const { path, text } of pages)
      expect({ path, text: readFileSync(join(ROOT, path), 'utf8') }).toEqual({ path, text });
    expect(pages.length).toBeGreaterThan(3);
  });

  it('explain every status, kind, state and command', async () => {
    for (const { path, text } of await references()) {
      // An empty last cell is a text that is missing.
      expect({ path, empty: text.split('\n').filter((line) => /\| +\|$/.test(line)) }).toEqual({ path, empty: [] });
    }
  });
});
