import { describe, expect, it } from '@jest/globals';
import { parseJson } from './json.js';

describe('parseJson', () => {
  it.each(['{"a":[1,null,"x",true]}', '[]', '"text"', '0', 'null', ' {} '])('reads %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['no text', ''],
    ['another format', '<html>'],
    ['half of it', '{"a":'],
    ['a number beyond all bounds', '[1e999]'],
    ['nesting without end', '['.repeat(101) + ']'.repeat(101)],
  ])('finds none in %s', (_what, text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});
