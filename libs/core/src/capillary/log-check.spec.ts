import { describe, expect, it } from '@jest/globals';
import { addCounts } from './log-check.js';

describe('addCounts', () => {
  it('adds entries to the counts of their type', () => {
    const before = [{ type: 'a', entries: 5, stored: 4, waiting: 1, quarantined: 0 }];
    const entries = [
      { type: 'a', outcome: 'stored' },
      { type: 'a', outcome: 'missing' },
      { type: 'b', outcome: 'quarantined' },
    ] as const;
    expect(addCounts(before, entries)).toEqual([
      { type: 'a', entries: 7, stored: 5, waiting: 1, quarantined: 0 },
      { type: 'b', entries: 1, stored: 0, waiting: 0, quarantined: 1 },
    ]);
  });

  it('counts types together after the first 200, so that a wrong setting does not fill the memory', () => {
    const entries = Array.from({ length: 500 }, (_, index) => ({ type: `t${index}`, outcome: 'missing' as const }));
    const counts = addCounts([], entries);
    expect(counts).toHaveLength(201);
    expect(counts.at(-1)).toMatchObject({ type: '*', entries: 300 });
  });
});
