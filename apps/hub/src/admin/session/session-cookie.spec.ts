import { describe, expect, it } from '@jest/globals';
import { sessionTokenIn } from './session-cookie.js';

describe('sessionTokenIn', () => {
  it.each([
    ['__Host-patchbay=abc', 'abc'],
    ['theme=dark; __Host-patchbay=abc; other=1', 'abc'],
    [' __Host-patchbay=abc;', 'abc'],
    ['__Host-patchbay=', ''],
    ['patchbay=abc', undefined],
    ['x__Host-patchbay=abc', undefined],
    ['__Host-patchbay', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %s as %s', (header, token) => expect(sessionTokenIn(header)).toBe(token));
});
