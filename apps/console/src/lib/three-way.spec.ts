import { describe, expect, it } from '@jest/globals';
import { threeWay, withValueAt } from './three-way';

describe('threeWay', () => {
  const base = { url: 'a', limits: { rate: 5, burst: 1 }, format: 'json' };

  it('keeps the changes of both people if they changed different fields', () => {
    const mine = { url: 'b', limits: { rate: 5, burst: 1 }, format: 'json' };
    const theirs = { url: 'a', limits: { rate: 9, burst: 1 } };
    expect(threeWay(base, mine, theirs)).toEqual({
      conflicts: [],
      theirs: [
        { path: ['limits', 'rate'], base: 5, mine: 5, theirs: 9 },
        { path: ['format'], base: 'json', mine: 'json', theirs: undefined },
      ],
      merged: { url: 'b', limits: { rate: 9, burst: 1 } },
    });
  });

  it('reports a field that both changed to different values', () => {
    const { conflicts, merged } = threeWay(base, { ...base, url: 'b' }, { ...base, url: 'c' });
    expect(conflicts).toEqual([{ path: ['url'], base: 'a', mine: 'b', theirs: 'c' }]);
    expect(merged).toEqual({ ...base, url: 'b' });
  });

  it('reports nothing if both made the same change', () => {
    expect(threeWay(base, { ...base, url: 'b' }, { ...base, url: 'b' }).conflicts).toEqual([]);
  });
});

describe('withValueAt', () => {
  it('sets and removes a field below other fields', () => {
    expect(withValueAt({ a: { b: 1 } }, ['a', 'c'], 2)).toEqual({ a: { b: 1, c: 2 } });
    expect(withValueAt({ a: { b: 1 } }, ['a', 'b'], undefined)).toEqual({ a: {} });
    expect(withValueAt({}, ['a', 'b'], 1)).toEqual({ a: { b: 1 } });
  });
});
