import { describe, expect, it } from '@jest/globals';
import { EMPTY_DRAFT } from '../model/draft';
import { differences, merged } from './conflicts';

const base = { ...EMPTY_DRAFT, events: ['a'], mapping: { body: 'old' } };
const yours = { ...base, mapping: { body: 'mine' }, supersede: true };
const theirs = { ...base, mapping: { body: 'theirs' }, when: { 'data.x': 1 } };

describe('differences', () => {
  it('tell who changed a field, and leave a choice only where both did', () => {
    expect(differences(base, yours, theirs)).toEqual([
      { field: 'when', changedBy: 'theirs' },
      { field: 'mapping', changedBy: null },
      { field: 'supersede', changedBy: 'yours' },
    ]);
  });
});

describe('merged', () => {
  it('loses no change of either side', () => {
    expect(merged(yours, theirs, { when: 'theirs', mapping: 'yours', supersede: 'yours' })).toEqual({
      ...yours,
      when: { 'data.x': 1 },
    });
  });
});
