import { describe, expect, it } from '@jest/globals';
import { ruleSetOf, valueOf, whenOf } from './rules';

const filters = [
  {},
  { 'data.tier': 'gold' },
  { 'data.points': { $gte: 50, $lt: 100 }, 'data.billType': { $ne: 'RETURN' } },
  { 'data.tier': { $in: ['gold', 'platinum'] }, 'data.code': { $exists: false } },
  { $or: [{ 'data.a': 1 }, { 'data.b': { $contains: 'x' } }] },
  { 'data.a': { $ne: 1 }, $and: [{ 'data.a': { $ne: 2 } }] },
];

describe('rules of a filter', () => {
  it.each(filters)('come back as the same filter: %j', (when) => {
    const rules = ruleSetOf(when);
    expect(rules === null ? null : whenOf(rules)).toEqual(when);
  });

  it.each([{ $not: { 'data.a': 1 } }, { 'data.a': { $not: { $gt: 1 } } }, { $or: [{ 'data.a': 1, 'data.b': 2 }] }])(
    'are null for a filter that only JSON can express: %j',
    (when) => {
      expect(ruleSetOf(when)).toBeNull();
    },
  );
});

describe('valueOf', () => {
  it('keeps digits as text if the path has a text', () => {
    expect([valueOf('50', 'text'), valueOf('50', 'number'), valueOf('007', 'unknown')]).toEqual(['50', 50, '007']);
  });
});
