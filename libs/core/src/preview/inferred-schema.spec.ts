import { describe, expect, it } from '@jest/globals';
import type { Json } from '@patchbay/plugin-sdk';
import { SchemaInference } from './inferred-schema.js';

const schemaOf = (...values: readonly Json[]): unknown => {
  const inference = new SchemaInference();
  for (const value of values) inference.add(value);
  return inference.schema;
};

describe('SchemaInference', () => {
  it('has the fields and types of all values', () => {
    expect(schemaOf({ a: 1, lines: [{ sku: 'x' }] }, { a: 'one', lines: [{ n: true }], b: null })).toEqual({
      type: ['object'],
      properties: {
        a: { type: ['number', 'string'] },
        lines: {
          type: ['array'],
          items: { type: ['object'], properties: { sku: { type: ['string'] }, n: { type: ['boolean'] } } },
        },
        b: {},
      },
    });
  });

  it('declares nothing about objects with many names, and about deep values', () => {
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`id-${index}`, 1]));
    expect(schemaOf({ many })).toEqual({ type: ['object'], properties: { many: {} } });
    let deep: Json = 1;
    for (let level = 0; level < 20; level++) deep = [deep];
    expect(JSON.stringify(schemaOf({ deep }))).toMatch(/"items":\{\}/);
  });
});
