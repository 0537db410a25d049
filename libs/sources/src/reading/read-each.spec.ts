import { describe, expect, it } from '@jest/globals';
import { asJson } from './read-each.js';

const trimmed = { unusual: /\s/, nameOf: (key: string): string => key.trim() };

describe('asJson', () => {
  it('returns the body itself if nothing needs to change', () => {
    const body: unknown = JSON.parse('{"a":[1,{"b":null,"__proto__":{"c":true}}],"d":"text"}');
    expect(asJson(body, trimmed)).toBe(body);
  });

  it.each([
    ['an infinite number', '{"a":[1e999]}', { a: [null] }],
    ['a key that gets another name', '[{" a ":{" b":1}}]', [{ a: { b: 1 } }]],
    ['two keys that get the same name', '{" a":1,"a":2}', { a: 2, ' a': 1 }],
  ])('returns a copy if the body contains %s', (_what, text, wanted) => {
    const body: unknown = JSON.parse(text);
    expect(asJson(body, trimmed)).toEqual(wanted);
    expect(JSON.stringify(body)).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('keeps a key named __proto__, also in a copy', () => {
    const copy = asJson(JSON.parse('{"__proto__":{"x":1}," a":1}'), trimmed);
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"x":1},"a":1}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('returns null if the body is nested too deeply', () => {
    expect(asJson(JSON.parse('['.repeat(129) + ']'.repeat(129)))).toBeNull();
    expect(asJson(JSON.parse('['.repeat(128) + ']'.repeat(128)))).not.toBeNull();
  });

  it('returns null if the body has more than 20,000 values, each counted once', () => {
    const array = (elements: number): unknown => Array.from({ length: elements }, () => 1);
    expect(asJson(array(19_999))).not.toBeNull();
    expect(asJson(array(20_000))).toBeNull();
    expect(asJson({ a: array(9_998), ' b': array(9_998) }, trimmed)).not.toBeNull();
    expect(asJson({ a: array(9_999), ' b': array(9_999) }, trimmed)).toBeNull();
  });
});
