import { describe, expect, it } from '@jest/globals';
import { asJson } from './as-json.js';

const trimmed = (key: string): string => key.trim();

describe('asJson', () => {
  it('is the body itself where all of it is as it should be', () => {
    const body: unknown = JSON.parse('{"a":[1,{"b":null,"__proto__":{"c":true}}],"d":"text"}');
    expect(asJson(body, trimmed)).toBe(body);
  });

  it.each([
    ['a number beyond all', '{"a":[1e999]}', { a: [null] }],
    ['a name that means another', '[{" a ":{" b":1}}]', [{ a: { b: 1 } }]],
    ['two names that mean the same', '{" a":1,"a":2}', { a: 2, ' a': 1 }],
  ])('is a copy where it holds %s', (_what, text, wanted) => {
    const body: unknown = JSON.parse(text);
    expect(asJson(body, trimmed)).toEqual(wanted);
    expect(JSON.stringify(body)).toBe(JSON.stringify(JSON.parse(text)));
  });

  it('keeps a key that is called __proto__, in a copy too', () => {
    const copy = asJson(JSON.parse('{"__proto__":{"x":1}," a":1}'), trimmed);
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"x":1},"a":1}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('is null where the body is nested too deeply', () => {
    expect(asJson(JSON.parse('['.repeat(129) + ']'.repeat(129)))).toBeNull();
    expect(asJson(JSON.parse('['.repeat(128) + ']'.repeat(128)))).not.toBeNull();
  });

  it('is null if the body has more than 20,000 values, counted once each', () => {
    const array = (elements: number): unknown => Array.from({ length: elements }, () => 1);
    expect(asJson(array(19_999))).not.toBeNull();
    expect(asJson(array(20_000))).toBeNull();
    expect(asJson({ a: array(9_998), ' b': array(9_998) }, trimmed)).not.toBeNull();
    expect(asJson({ a: array(9_999), ' b': array(9_999) }, trimmed)).toBeNull();
  });
});
