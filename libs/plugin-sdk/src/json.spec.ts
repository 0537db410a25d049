import { describe, expect, it } from '@jest/globals';
import { jsonObjectIn, objectOf, objectsIn, parseJson, textOf, textsIn } from './json.js';

describe('parseJson', () => {
  it.each(['{"a":[1,null,"x",true]}', '[]', '"text"', '0', 'null', ' {} '])('reads %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['no text', ''],
    ['another format', '<html>'],
    ['half of it', '{"a":'],
    ['a number out of range', '[1e999]'],
    ['infinite nesting', '['.repeat(101) + ']'.repeat(101)],
  ])('returns undefined for %s', (_what, text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});

describe('jsonObjectIn', () => {
  it('reads an object from a text and from bytes', () => {
    expect(jsonObjectIn('{"a":"ü"}')).toEqual({ a: 'ü' });
    expect(jsonObjectIn(Buffer.from('{"a":"ü"}'))).toEqual({ a: 'ü' });
  });

  it.each([
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])('returns undefined for %s', (_what, text) => {
    expect(jsonObjectIn(text)).toBeUndefined();
  });
});

describe('textOf and objectsIn', () => {
  it('read only what is there', () => {
    expect(['x', '', 1, null, {}, undefined].map(textOf)).toEqual([
      'x',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([[{ a: 1 }, 'x', null, []], { a: 1 }, undefined].map(objectsIn)).toEqual([[{ a: 1 }], [], []]);
  });
});

describe('objectOf', () => {
  it('returns an empty object for a value that is not an object', () => {
    expect(objectOf({ a: 1 })).toEqual({ a: 1 });
    expect([undefined, null, 'x', [1]].map(objectOf)).toEqual([{}, {}, {}, {}]);
  });
});

describe('textsIn', () => {
  it('converts every value to text, and leaves out null', () => {
    const values = { text: '"ü"', number: 1.5, yes: true, list: [1, 'a'], object: { a: null }, nothing: null };
    expect(textsIn(values)).toEqual({
      ...{ text: '"ü"', number: '1.5', yes: 'true' },
      ...{ list: '[1,"a"]', object: '{"a":null}' },
    });
  });
});
