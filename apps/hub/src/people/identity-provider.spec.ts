import { describe, expect, it } from '@jest/globals';
import type { HttpClient, HttpRequest } from '@patchbay/plugin-sdk';
import { generateKeyPair, SignJWT } from 'jose';
import { IdentityProvider, ProviderUnavailableError, TokenRefusedError } from './identity-provider.js';

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'https://hub.example.com';
const NOW_S = 1_800_000_000;
const { privateKey } = await generateKeyPair('RS256');

/** Returns a provider with this discovery document, or an unreachable provider, and the URLs that it called. */
function makeProvider(discovery: object | null): { readonly provider: IdentityProvider; readonly called: string[] } {
  const called: string[] = [];
  const exchange = (request: HttpRequest): ReturnType<HttpClient['exchange']> => {
    called.push(request.url);
    if (discovery === null) return Promise.reject(new Error('unreachable'));
    const text = JSON.stringify(discovery);
    const headers = { 'content-type': 'application/json' };
    return Promise.resolve({ status: 200, headers, text, bytes: Buffer.from(text), json: () => null });
  };
  const settings = { issuer: ISSUER, clientId: 'patchbay', rolesClaim: ['groups'], roles: [], name: 'x', scopes: [] };
  return { provider: new IdentityProvider(settings, { exchange }, { now: () => NOW_S * 1_000 }, undefined), called };
}

const token = (exp: number): Promise<string> =>
  new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'ada', iat: NOW_S, exp })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .sign(privateKey);

describe('IdentityProvider', () => {
  it('reads keys only over https', async () => {
    const { provider, called } = makeProvider({ issuer: ISSUER, jwks_uri: 'http://login.example.com/keys' });
    await expect(provider.verifyAccessToken(await token(NOW_S + 60), AUDIENCE)).rejects.toThrow(
      ProviderUnavailableError,
    );
    expect(called).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
  });

  it('refuses an expired token while the provider is unavailable', async () => {
    const { provider } = makeProvider(null);
    await expect(provider.verifyAccessToken(await token(NOW_S - 61), AUDIENCE)).rejects.toThrow(TokenRefusedError);
    await expect(provider.verifyAccessToken(await token(NOW_S - 30), AUDIENCE)).rejects.toThrow(
      ProviderUnavailableError,
    );
  });
});
