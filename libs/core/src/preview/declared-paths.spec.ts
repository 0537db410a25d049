import { describe, expect, it } from '@jest/globals';
import type { Json } from '@patchbay/plugin-sdk';
import { impossibleComparison } from './declared-paths.js';

const schema = { type: 'object', properties: { points: { type: 'number' } } };
const types = [{ type: 'pointsIssued', schema }];
const found = (operator: string, operand: Json): string | null =>
  impossibleComparison({ at: [], path: 'data.points', operator, operand }, types);

describe('impossibleComparison', () => {
  it.each<[string, Json]>([
    ['$gte', '100'],
    ['$eq', 'many'],
    ['$in', ['5', '6']],
    ['$contains', '5'],
  ])('finds %s %j, because no number passes', (operator, operand) => {
    expect(found(operator, operand)).toContain('data.points is a number');
  });

  it.each<[string, Json]>([
    ['$gte', 100],
    ['$in', [5, '5']],
    ['$ne', ''],
    ['$nin', ['', 0]],
    ['$exists', true],
  ])('allows %s %j, because a number can pass', (operator, operand) => {
    expect(found(operator, operand)).toBeNull();
  });
});
