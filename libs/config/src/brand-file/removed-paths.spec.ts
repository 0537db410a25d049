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

describe('reading what a pii-less brand removes', () => {
  it.each([
    ['a safe path', 'data.points'],
    ['a path safe for another of its types', 'data.amount'],
    ['a path the brand keeps', 'data.custom.size'],
    ['a part of what is kept', 'data.custom.size.value'],
    ['what something kept is a part of', 'data.custom'],
    ['all data', 'data'],
    ['below **', 'data.program.tiers.*.name'],
    ['the entries of a list', 'data.coupons.*.code'],
    ['a list, for its size', 'data.coupons'],
    ['what is known only later', 'data.*'],
    ['the envelope', 'event.customerId'],
    ['the recipient', 'recipient.phone'],
  ])('lets %s pass', (_name, path) => {
    expect(readsRemovedPath([path], policy, paths)).toBeUndefined();
  });

  it.each([
    ['a path that nobody keeps', 'data.firstName'],
    ['a sibling of a safe path', 'data.coupons.*.owner'],
    ['a name that only begins like a safe one', 'data.pointsOwner'],
    ['what the brand calls personal', 'data.custom.size.note'],
    ['what is below something personal', 'data.memo.text'],
  ])('names %s', (_name, path) => {
    expect(readsRemovedPath(['data.points', path], policy, paths)).toBe(path);
  });

  it('refuses all data of a type that the catalogue does not know, but for what the brand keeps', () => {
    expect(readsRemovedPath(['data.points'], policy, [{ personal: [], safe: [] }])).toBe('data.points');
    expect(readsRemovedPath(['data.custom.size'], policy, [])).toBeUndefined();
  });

  it('lets an identifier of which a hash is kept be compared, not shown, unless the brand calls it personal', () => {
    expect(readsRemovedPath(['data.bills.*.number'], policy, paths)).toBe('data.bills.*.number');
    expect(readsRemovedPath(['data.bills.*.number'], policy, paths, 'comparison')).toBeUndefined();
    expect(readsRemovedPath(['data.memo.number'], policy, paths, 'comparison')).toBe('data.memo.number');
  });

  it('does not matter in standard', () => {
    expect(readsRemovedPath(['data.firstName'], { ...policy, mode: 'standard' }, paths)).toBeUndefined();
  });
});
