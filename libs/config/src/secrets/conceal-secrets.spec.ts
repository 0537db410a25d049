import { describe, expect, it } from '@jest/globals';
import { concealSecrets } from './conceal-secrets.js';

describe('concealing secrets', () => {
  it('takes every resolved secret out of a message, the longest first', () => {
    const problems = [{ field: 'a', message: 'got invented-long and invented, twice: invented' }];
    const told = concealSecrets(problems, new Set(['invented', 'invented-long', 'a']));
    expect(told).toEqual([{ field: 'a', message: 'got … and …, twice: …' }]);
  });
});
