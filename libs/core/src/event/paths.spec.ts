import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import fc from 'fast-check';
import { compilePaths, keepOnly, removeMatching } from './paths.js';
import { putBack } from './privacy.js';

const names = ['a', 'b', 'c', '__proto__', 'constructor', 'x.y', ''];
const scalar = fc.oneof(fc.constantFrom('v', '', null, true), fc.integer());
const { object: jsonObject } = fc.letrec((tie) => ({
  object: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('object'), fc.array(tie('value'), { maxLength: 4 })),
}));
const data = jsonObject.map((object): JsonObject => JSON.parse(JSON.stringify(object)) as JsonObject);
const patterns = fc.array(
  fc
    .array(fc.constantFrom('a', 'b', 'c', '*', '**', '0', '__proto__', 'constructor'), { minLength: 1, maxLength: 4 })
    .map((segments) => ['data', ...segments].join('.')),
  { maxLength: 5 },
);

/** Reference implementation of pattern matching, as simple as possible. */
function matchesPattern(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') return matchesPattern(rest, path) || (path.length > 0 && matchesPattern(pattern, path.slice(1)));
  return path.length > 0 && (first === '*' || first === path[0]) && matchesPattern(rest, path.slice(1));
}

describe('compilePaths', () => {
  it.each([
    ['data.a', 'data.a', true],
    ['data.a', 'data.a.b', false],
    ['data.a', 'data', false],
    ['data.*.b', 'data.0.b', true],
    ['data.*.b', 'data.b', false],
    ['**.mobile', 'data.customerIdentifiers.instore.mobile', true],
    ['**.mobile', 'mobile', true],
    ['data.**', 'data', true],
    ['data.**', 'data.a.b.c', true],
    ['data.**.b.*', 'data.b.b.c', true],
    ['data.**.**.c', 'data.c', true],
    ['data.constructor', 'data.constructor', true],
    ['data.a', 'data.__proto__', false],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(compilePaths([pattern]).matches(path.split('.'))).toBe(expected);
  });

  it('agrees with the reference implementation for random patterns and paths', () => {
    fc.assert(
      fc.property(
        patterns,
        fc.array(fc.constantFrom('data', 'a', 'b', 'c', '0', 'd'), { maxLength: 6 }),
        (all, path) => {
          const expected = all.some((pattern) => matchesPattern(pattern.split('.'), path));
          expect(compilePaths(all).matches(path)).toBe(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each([[''], ['data.'], ['data..a'], [Array(65).fill('a').join('.')]])('refuses %j', (pattern) => {
    expect(() => compilePaths([pattern])).toThrow(RangeError);
  });

  it('stays bounded if patterns need very many states', () => {
    const set = compilePaths([`**.a${'.*'.repeat(40)}`]);
    const path = Array.from({ length: 60 }, (_, index) => ((index * 7919) % 3 === 0 ? 'a' : 'b'));
    expect(set.matches(path)).toBe(path[19] === 'a');
  });
});

describe('keepOnly', () => {
  const event = { points: 5, who: { id: 7, name: 'Asha' }, coupons: [{ code: 'C1', to: 'Asha' }, { to: 'Ravi' }] };

  it('keeps the matched leaves and removes the rest', () => {
    const { kept, removed } = keepOnly(
      event,
      compilePaths(['data.points', 'data.who.id', 'data.coupons.*.code']),
      'data',
    );
    expect(kept).toEqual({ points: 5, who: { id: 7 }, coupons: [{ code: 'C1' }, null] });
    expect(removed).toEqual([
      { path: ['who', 'name'], value: 'Asha' },
      { path: ['coupons', 0, 'to'], value: 'Asha' },
      { path: ['coupons', 1], value: { to: 'Ravi' } },
    ]);
  });

  it('keeps a matched object only if the pattern ends in **', () => {
    expect(keepOnly(event, compilePaths(['data.who']), 'data').kept).toEqual({});
    expect(keepOnly(event, compilePaths(['data.who.**']), 'data').kept).toEqual({ who: event.who });
  });

  it('removes an object without kept values as a whole, including its keys', () => {
    const { kept, removed } = keepOnly({ '919000000001': { x: 1 } }, compilePaths(['data.*.id']), 'data');
    expect(kept).toEqual({});
    expect(removed).toEqual([{ path: ['919000000001'], value: { x: 1 } }]);
  });

  it('keeps nothing under an empty set', () => {
    expect(keepOnly(event, compilePaths([]), 'data').kept).toEqual({});
  });
});

describe('removeMatching', () => {
  it('removes matched values with everything below them', () => {
    const { kept, removed } = removeMatching(
      { list: ['x', 'y'], who: { name: { first: 'Asha' }, id: 7 } },
      compilePaths(['data.list.1', 'data.**.name']),
      'data',
    );
    expect(kept).toEqual({ list: ['x', null], who: { id: 7 } });
    expect(removed).toEqual([
      { path: ['list', 1], value: 'y' },
      { path: ['who', 'name'], value: { first: 'Asha' } },
    ]);
  });

  it('removes values beyond the maximum depth as a whole', () => {
    let deep: JsonObject = { mobile: '919000000001' };
    for (let depth = 0; depth < 20_000; depth++) deep = { a: deep };
    const { kept } = removeMatching(deep, compilePaths(['**.mobile']), 'data');
    expect(JSON.stringify(kept)).not.toContain('919000000001');
  });
});

describe('putBack', () => {
  it.each([
    ['keepOnly', keepOnly],
    ['removeMatching', removeMatching],
  ])('is the inverse of %s, which does not change its input or any prototype', (_, split) => {
    fc.assert(
      fc.property(data, patterns, (input, all) => {
        const before = JSON.stringify(input);
        const { kept, removed } = split(input, compilePaths(all), 'data');
        const keptBefore = JSON.stringify(kept);
        expect(sorted(putBack(kept, removed))).toBe(sorted(input));
        expect(JSON.stringify(kept)).toBe(keptBefore);
        expect(JSON.stringify(input)).toBe(before);
        expect(Object.getPrototypeOf(kept)).toBe(Object.prototype);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps exactly the leaves that the set matches', () => {
    fc.assert(
      fc.property(data, patterns, (input, all) => {
        const set = compilePaths(all);
        for (const path of leaves(keepOnly(input, set, 'data').kept)) {
          const covered = path.some((_, index) => set.matches(path.slice(0, path.length - index)));
          expect(covered).toBe(true);
        }
        for (const path of leaves(removeMatching(input, set, 'data').kept)) expect(set.matches(path)).toBe(false);
      }),
    );
  });
});

/** Serialises a value with sorted keys. Includes the key `__proto__`, which toEqual ignores. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}:${sorted(child)}`);
  return `{${entries.sort().join(',')}}`;
}

/**
 * Returns the paths of all leaves that are not null. Null leaves are left out, because a null may replace a removed
 * array element.
 */
function leaves(value: unknown, path: string[] = ['data']): string[][] {
  if (typeof value !== 'object') return [path];
  if (value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}
