import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/core';
import { checkBody } from './check-body.js';

function parsed(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

describe('a body', () => {
  it.each([
    ['__proto__', '{"a":{"__proto__":{"admin":true}}}', 'a.__proto__', 'must not be called'],
    ['a merge key', '{"<<":{"a":1}}', '<<', 'merge keys'],
    ['NUL', '{"a":["x","\\u0000"]}', 'a[1]', 'cannot be stored'],
    ['NUL in a key', '{"a\\u0000":1}', 'a\u0000', 'cannot be stored'],
    ['half a pair', '{"a":"\\ud800"}', 'a', 'cannot be stored'],
    ['a number too big', '{"a":{"b":12345678901234567890}}', 'a.b', 'too big'],
    ['a number beyond all bounds', '{"a":1e999}', 'a', 'no number'],
    ['a reference', '{"credentials":{"token":"Bearer ${env:TOKEN}"}}', 'credentials.token', 'in files only'],
    ['a reference to a file', '{"a":"${FILE:/etc/passwd}"}', 'a', 'in files only'],
  ])('cannot say what no file could: %s', (_what, text, field, message) => {
    expect(checkBody(parsed(text))).toEqual([{ field, message: expect.stringContaining(message) }]);
  });

  it('has its depth and the number of its problems bounded', () => {
    const deep = parsed(`{"a":${'['.repeat(62)}${']'.repeat(62)}}`);
    expect(checkBody(deep)).toEqual([expect.objectContaining({ message: 'is nested deeper than 56 levels' })]);
    const bad = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, '\u0000']));
    expect(checkBody(bad)).toHaveLength(100);
  });

  it('is told what else is wrong with a text', () => {
    expect(checkBody({ a: 'x', b: ['y'] }, (text) => (text === 'y' ? 'is y' : undefined))).toEqual([
      { field: 'b[0]', message: 'is y' },
    ]);
  });

  it('may say anything else', () => {
    expect(checkBody({ a: [1, -0.5, true, null, { b: '{{ data.x }} $env:A ${other:x}' }], '': '' })).toEqual([]);
  });
});
