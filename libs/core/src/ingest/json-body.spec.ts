import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shapeOf, type JsonShape } from './json-body.js';

const of = (text: string): JsonShape => shapeOf(Buffer.from(text));

/** Counts the depth and the values of a parsed text. */
function counted(value: unknown): Omit<JsonShape, 'elements'> {
  if (typeof value !== 'object' || value === null) return { depth: 0, values: 1 };
  const below = Object.values(value).map(counted);
  return {
    depth: 1 + below.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
    values: 1 + below.reduce((sum, { values }) => sum + values, 0),
  };
}

describe('shapeOf', () => {
  it.each<[string, JsonShape]>([
    ['7', { depth: 0, values: 1, elements: null }],
    ['[]', { depth: 1, values: 1, elements: 0 }],
    [' [ \n] ', { depth: 1, values: 1, elements: 0 }],
    ['{ }', { depth: 1, values: 1, elements: null }],
    ['[[],[1,[]]]', { depth: 3, values: 5, elements: 2 }],
    ['{"a,[":"\\"],{","b":[1,2]}', { depth: 2, values: 5, elements: null }],
    ['\uFEFF[1,2,3]', { depth: 1, values: 4, elements: 3 }],
  ])('measures %s', (text, shape) => {
    expect(of(text)).toEqual(shape);
  });

  it('agrees with JSON.parse for all indentations', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(0, 1, '\t'), (json, space) => {
        const value: unknown = JSON.parse(json);
        const text = JSON.stringify(value, null, space);
        expect(of(text)).toEqual({ ...counted(value), elements: Array.isArray(value) ? value.length : null });
      }),
    );
  });

  it('terminates for bytes that are not JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(Number.isInteger(shapeOf(bytes).values)).toBe(true);
      }),
    );
  });
});
