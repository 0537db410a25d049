import { describe, expect, it } from '@jest/globals';
import { sentLocations } from './sent-locations.js';

const file = 'acme.yaml';

describe('sentLocations', () => {
  it('returns the source locations of the file', () => {
    expect(sentLocations(new Map([['a.b[0]', { file, line: 3 }]]))).toEqual([{ field: 'a.b[0]', file, line: 3 }]);
  });

  it('keeps the outermost fields above the limit, and drops entries that the hub would reject', () => {
    const many = Array.from({ length: 10_000 }, (_, line) => [`a.b[${line}].c`, { file, line }] as const);
    const sent = sentLocations(
      new Map([
        ...many,
        ['x', { file, line: 1 }],
        ['y'.repeat(3_000), { file, line: 2 }],
        ['z', { file: 'f'.repeat(501), line: 3 }],
      ]),
    );
    expect(sent).toHaveLength(10_000);
    expect(sent[0]).toEqual({ field: 'x', file, line: 1 });
  });
});
