import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/core';
import { checkBody } from './check-body.js';

function parsed(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

describe('checkBody', () => {
  it.each([
    ['__proto__', '{"a":{"__proto__":{"admin":true}}}', 'a.__proto__', 'must not be called'],
    ['a merge key', '{"<<":{"a":1}}', '<<', 'merge keys'],
    ['NUL', '{"a":["x","\\u0000"]}', 'a[1]', 'cannot be stored'],
    ['NUL in a key', '{"a\\u0000":1}', 'a\u0000', 'cannot be stored'],
    ['an unpaired surrogate', '{"a":"\\ud800"}', 'a', 'cannot be stored'],
    ['a number that is too large', '{"a":{"b":12345678901234567890}}', 'a.b', 'too large'],
    ['an infinite number', '{"a":1e999}', 'a', 'cannot be represented in JSON'],
    ['a reference', '{"credentials":{"token":"Bearer ${env:TOKEN}"}}', 'credentials.token', 'only in brand files'],
    ['a reference to a file', '{"a":"${FILE:/etc/passwd}"}', 'a', 'only in brand files'],
  ])('rejects what a brand file cannot contain: %s', (_case, text, field, message) => {
    expect(checkBody(parsed(text))).toEqual([{ field, message: expect.stringContaining(message) }]);
  });

  it('limits the depth of a body and the number of reported problems', () => {
    const deep = parsed(`{"a":${'['.repeat(62)}${']'.repeat(62)}}`);
    expect(checkBody(deep)).toEqual([
      expect.objectContaining({ message: 'is nested deeper than 56 levels: use fewer levels' }),
    ]);
    const bad = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, '\u0000']));
    expect(checkBody(bad)).toHaveLength(100);
  });

  it('reports problems of the additional check', () => {
    expect(checkBody({ a: 'x', b: ['y'] }, (text) => (text === 'y' ? 'is y' : undefined))).toEqual([
      { field: 'b[0]', message: 'is y' },
    ]);
  });

  it('accepts all other values', () => {
    expect(checkBody({ a: [1, -0.5, true, null, { b: '{{ data.x }} $env:A ${other:x}' }], '': '' })).toEqual([]);
  });
});
