import { describe, expect, it } from '@jest/globals';
import { sentPlaces } from './sent-places.js';

const file = 'acme.yaml';

describe('the places that are sent along', () => {
  it('are those of the file', () => {
    expect(sentPlaces(new Map([['a.b[0]', { file, line: 3 }]]))).toEqual([{ field: 'a.b[0]', file, line: 3 }]);
  });

  it('are the outermost where there are too many, and none that the hub would refuse', () => {
    const many = Array.from({ length: 10_000 }, (_, line) => [`a.b[${line}].c`, { file, line }] as const);
    const sent = sentPlaces(
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
