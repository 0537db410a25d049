import { describe, expect, it } from '@jest/globals';
import { filterConditions } from './filter-conditions.js';

describe('filterConditions', () => {
  it('returns each condition with its place', () => {
    const when = {
      'data.a': 1,
      'data.list.0.b': { $gte: 2, $not: { $in: ['x'] } },
      $or: [{ 'data.c': null }, { $not: { 'data.d': { $exists: true } } }],
    };
    expect(filterConditions(when)).toEqual([
      { path: 'data.a', operator: '$eq', operand: 1, at: ['data.a'] },
      { path: 'data.list.*.b', operator: '$gte', operand: 2, at: ['data.list.0.b', '$gte'] },
      { path: 'data.list.*.b', operator: '$in', operand: ['x'], at: ['data.list.0.b', '$not', '$in'] },
      { path: 'data.c', operator: '$eq', operand: null, at: ['$or', 0, 'data.c'] },
      { path: 'data.d', operator: '$exists', operand: true, at: ['$or', 1, '$not', 'data.d', '$exists'] },
    ]);
  });
});
