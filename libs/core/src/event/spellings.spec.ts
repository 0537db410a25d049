import { describe, expect, it } from '@jest/globals';
import { spellingsBy } from './spellings.js';

const safe = [{ path: 'data.instore.code', type: 'word' }] as const;

describe('spellingsBy', () => {
  it('returns a path in every spelling of the catalogue', () => {
    const of = spellingsBy([{ personal: ['data.Instore.mobile'], safe: [...safe] }]);
    expect(of('data.instore.code')).toEqual(['data.instore.code', 'data.Instore.code']);
    expect(of('data.INSTORE.**')).toEqual(['data.INSTORE.**', 'data.Instore.**', 'data.instore.**']);
    expect(of('data.other')).toEqual(['data.other']);
  });

  it('limits the number of spellings', () => {
    const personal = ['data.a.A.b.B', 'data.c.C.d.D', 'data.e.E'];
    expect(spellingsBy([{ personal, safe: [] }])('data.a.b.c.d.e.a.b.c')).toHaveLength(32);
  });
});
