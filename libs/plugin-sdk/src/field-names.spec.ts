import { describe, expect, it } from '@jest/globals';
import { fieldNames } from './field-names.js';

describe('fieldNames', () => {
  it('keeps the names of fields, and no other text', () => {
    const values = [
      'from.email',
      'to[0].email',
      'null',
      '',
      'asha@example.com',
      'a b',
      '919000000001',
      1,
      null,
      undefined,
    ];
    expect(fieldNames(values)).toEqual(['from.email', 'to[0].email']);
  });
});
