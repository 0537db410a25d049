import { describe, expect, it } from '@jest/globals';
import { isSameJson, mergePatchOf } from './merge-patch';

describe('mergePatchOf', () => {
  it('has only what differs, and null for what was removed', () => {
    const before = { url: 'a', method: 'POST', headers: { accept: 'x', host: 'y' }, secret: '••••' };
    const after = { url: 'b', headers: { accept: 'x', host: 'z' }, secret: '••••', format: 'form' };
    expect(mergePatchOf(before, after)).toEqual({ url: 'b', method: null, headers: { host: 'z' }, format: 'form' });
  });

  it('replaces a list as a whole', () => {
    expect(mergePatchOf({ list: [1, 2] }, { list: [1] })).toEqual({ list: [1] });
    expect(mergePatchOf({ list: [{ a: 1 }] }, { list: [{ a: 1 }] })).toEqual({});
  });

  it('replaces an object as a whole if it is named', () => {
    const [before, after] = [{ when: { a: 1, b: 2 } }, { when: { b: 2 } }];
    expect(mergePatchOf(before, after)).toEqual({ when: { a: null } });
    expect(mergePatchOf(before, after, ['when'])).toEqual({ when: { b: 2 } });
  });
});

describe('isSameJson', () => {
  it('ignores the order of members and tells lists from objects', () => {
    expect(isSameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(isSameJson({ a: null }, {})).toBe(false);
    expect(isSameJson([1], { 0: 1 })).toBe(false);
  });
});
