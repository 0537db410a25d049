import { describe, expect, it } from '@jest/globals';
import { consolePath, isStateOf, signInSecrets } from './sign-in-request.js';

describe('the secrets of a sign-in', () => {
  const secrets = signInSecrets('token');

  it('are the same for the same token, and different from each other', () => {
    expect(signInSecrets('token')).toEqual(secrets);
    const { state, nonce, codeVerifier } = secrets;
    const other = signInSecrets('other token');
    const all = [state, nonce, codeVerifier, other.state, other.nonce, other.codeVerifier];
    expect(new Set(all).size).toBe(6);
    // PKCE permits 43 to 128 of these characters.
    expect(codeVerifier).toMatch(/^[\w-]{43}$/);
  });

  it('accept only their own state', () => {
    expect(isStateOf(secrets, secrets.state)).toBe(true);
    for (const other of ['', secrets.nonce, `${secrets.state}x`, undefined, [secrets.state], 7])
      expect([other, isStateOf(secrets, other)]).toEqual([other, false]);
  });
});

describe('consolePath', () => {
  it.each([
    ['/console', '/console'],
    ['/console/b/acme/events?customer=7&from=a%20b', '/console/b/acme/events?customer=7&from=a%20b'],
    ['/console/b/a/../c', '/console/b/c'],
  ])('keeps %s', (wanted, expected) => expect(consolePath(wanted)).toBe(expected));

  it.each([
    undefined,
    ['/console/keys'],
    '',
    'console',
    'https://evil.example/console',
    '//evil.example/console',
    '/\\evil.example/console',
    '/\t/evil.example/console',
    '/console/../..//evil.example',
    '/console/..//evil.example/console',
    '/console@evil.example',
    '/consoles',
    '/v1/keys',
    'javascript:alert(1)//console',
    `/console/${'x'.repeat(1_000)}`,
  ])('opens the start page for %j', (wanted) => expect(consolePath(wanted)).toBe('/console'));

  it('never returns more than a path, also with line breaks', () => {
    expect(consolePath('/console/a\r\nlocation: https://evil.example')).toBe(
      '/console/alocation:%20https://evil.example',
    );
  });
});
