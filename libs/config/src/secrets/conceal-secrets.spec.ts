import { describe, expect, it } from '@jest/globals';
import { concealReferences, concealSecrets } from './conceal-secrets.js';

describe('concealSecrets', () => {
  it('replaces every resolved secret in a message, longest first', () => {
    const problems = [{ field: 'a', message: 'got invented-long and invented, twice: invented' }];
    const concealed = concealSecrets(problems, new Set(['invented', 'invented-long', 'a']));
    expect(concealed).toEqual([{ field: 'a', message: 'got … and …, twice: …' }]);
  });
});

describe('concealReferences', () => {
  it('replaces the values of references, and no other values of the file', () => {
    const source = {
      content: { brand: 'acme', sources: { capillary: { auth: { bearer: ['invented-token'] } } } },
      interpolated: new Set(['sources.capillary.auth.bearer[0]', 'sources.nowhere']),
    };
    const problems = [{ field: 'a', message: 'invented-token is refused for acme' }];
    expect(concealReferences(problems, source)).toEqual([{ field: 'a', message: '… is refused for acme' }]);
  });
});
