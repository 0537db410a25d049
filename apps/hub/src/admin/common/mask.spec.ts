import { describe, expect, it } from '@jest/globals';
import { MASK, maskAll, masked, maskPaths } from './mask.js';

describe('masks', () => {
  it('keep names and structure and replace values', () => {
    expect(maskAll({ token: 'x', port: 7, flag: false, none: null, keys: [{ id: 'a', secret: 'b' }] })).toEqual({
      token: MASK,
      port: MASK,
      flag: MASK,
      none: null,
      keys: [{ id: MASK, secret: MASK }],
    });
  });

  it.each([
    ['a name', ['token'], { token: MASK, auth: { user: 'u', password: 'p' }, list: [{ a: 1 }, { a: 2 }] }],
    [
      'a nested name',
      ['auth.password'],
      { token: 't', auth: { user: 'u', password: MASK }, list: [{ a: 1 }, { a: 2 }] },
    ],
    ['every entry', ['list.*.a'], { token: 't', auth: { user: 'u', password: 'p' }, list: [{ a: MASK }, { a: MASK }] }],
    ['a whole object', ['auth'], { token: 't', auth: { user: MASK, password: MASK }, list: [{ a: 1 }, { a: 2 }] }],
    [
      'paths that do not exist',
      ['nothing.below.it', 'token.below'],
      { token: 't', auth: { user: 'u', password: 'p' }, list: [{ a: 1 }, { a: 2 }] },
    ],
  ])('replace values at paths: %s', (_what, paths, expected) => {
    const values = { token: 't', auth: { user: 'u', password: 'p' }, list: [{ a: 1 }, { a: 2 }] };
    expect(maskPaths(values, paths)).toEqual(expected);
  });

  it('keep a key named __proto__ as a plain key', () => {
    const masks = masked({ ['__proto__']: { admin: true } });
    expect(JSON.stringify(masks)).toBe(`{"__proto__":{"admin":"${MASK}"}}`);
  });
});
