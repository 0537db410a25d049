import { describe, expect, it } from '@jest/globals';
import { fieldDifferences, withFieldsOf } from './field-merge';

const base = { text: { body: 'old' }, when: {}, supersede: false };
const mine = { ...base, text: { body: 'mine' }, supersede: true };
const theirs = { ...base, text: { body: 'theirs' }, when: { 'data.x': 1 } };

describe('fieldDifferences', () => {
  it('tell who changed a field, and leave a choice only if both did', () => {
    expect(fieldDifferences(['when', 'text', 'supersede'], base, mine, theirs)).toEqual([
      { field: 'when', changedBy: 'theirs' },
      { field: 'text', changedBy: null },
      { field: 'supersede', changedBy: 'mine' },
    ]);
  });
});

describe('withFieldsOf', () => {
  it('loses no change of either side', () => {
    expect(withFieldsOf(mine, theirs, ['when'])).toEqual({ ...mine, when: { 'data.x': 1 } });
  });
});
