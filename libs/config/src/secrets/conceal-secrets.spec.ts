import { describe, expect, it } from '@jest/globals';
import { concealSecrets } from './conceal-secrets.js';

describe('concealSecrets', () => {
  it('replaces every resolved secret in a message, longest first', () => {
    const problems = [{ field: 'a', message: 'got invented-long and invented, twice: invented' }];
    const concealed = concealSecrets(problems, new Set(['invented', 'invented-long', 'a']));
    expect(concealed).toEqual([{ field: 'a', message: 'got … and …, twice: …' }]);
  });
});
