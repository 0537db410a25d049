import { describe, expect, it } from '@jest/globals';
import type { PersonalPaths, PrivacyPolicy } from '@patchbay/core';
import { readsRemovedPath } from './removed-paths.js';

const policy: PrivacyPolicy = {
  mode: 'pii-less',
  keep: ['data.custom.size'],
  personal: ['data.custom.size.note', 'data.memo.**'],
};
function safe(...safePaths: readonly string[]): PersonalPaths {
  return { personal: [], safe: safePaths.map((path) => ({ path, type: 'word' })) };
}

const paths: readonly PersonalPaths[] = [
  {
    ...safe('data.points', 'data.coupons.*.code', 'data.program.**', 'data.memo.text'),
    hashed: ['data.bills.*.number', 'data.memo.number'],
  },
  safe('data.amount'),
];

describe('readsRemovedPath', () => {
  it.each([
    ['a safe path', 'data.points'],
    ['a path that is safe for another event type', 'data.amount'],
    ['a path that the brand keeps', 'data.custom.size'],
    ['a child of a kept path', 'data.custom.size.value'],
    ['a parent of a kept path', 'data.custom'],
    ['all data', 'data'],
    ['below **', 'data.program.tiers.*.name'],
    ['the entries of a list', 'data.coupons.*.code'],
    ['a list, for its size', 'data.coupons'],
    ['an unknown name', 'data.*'],
    ['the envelope', 'event.customerId'],
    ['the recipient', 'recipient.phone'],
  ])('accepts %s', (_name, path) => {
    expect(readsRemovedPath([path], policy, paths)).toBeUndefined();
  });

  it.each([
    ['a path that is not kept', 'data.firstName'],
    ['a sibling of a safe path', 'data.coupons.*.owner'],
    ['a name that starts like a safe name', 'data.pointsOwner'],
    ['a path that the brand declares personal', 'data.custom.size.note'],
    ['a child of a personal path', 'data.memo.text'],
  ])('returns %s', (_name, path) => {
    expect(readsRemovedPath(['data.points', path], policy, paths)).toBe(path);
  });

  it('treats all data of an unknown event type as removed, except for paths that the brand keeps', () => {
    expect(readsRemovedPath(['data.points'], policy, [{ personal: [], safe: [] }])).toBe('data.points');
    expect(readsRemovedPath(['data.custom.size'], policy, [])).toBeUndefined();
  });

  it('accepts a hashed identifier for comparison only, unless the brand declares it personal', () => {
    expect(readsRemovedPath(['data.bills.*.number'], policy, paths)).toBe('data.bills.*.number');
    expect(readsRemovedPath(['data.bills.*.number'], policy, paths, 'comparison')).toBeUndefined();
    expect(readsRemovedPath(['data.memo.number'], policy, paths, 'comparison')).toBe('data.memo.number');
  });

  it('accepts everything in mode standard', () => {
    expect(readsRemovedPath(['data.firstName'], { ...policy, mode: 'standard' }, paths)).toBeUndefined();
  });
});
