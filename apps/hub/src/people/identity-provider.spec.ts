import { describe, expect, it } from '@jest/globals';
import type { HttpClient, HttpRequest } from '@patchbay/plugin-sdk';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { IdentityProvider, ProviderUnavailableError, TokenRefusedError } from './identity-provider.js';

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'https://hub.example.com';
const NOW_S = 1_800_000_000;
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });

/** Provider with changeable documents by URL, and the URLs that it called. A URL without a document is unreachable. */
interface Setup {
  readonly provider: IdentityProvider;
  readonly called: string[];
  readonly documents: Map<string, object>;
  readonly clock: { nowMs: number };
}

function makeProvider(discovery: object | null): Setup {
  const called: string[] = [];
  const documents = new Map<string, object>(discovery === null ? [] : [[DISCOVERY, discovery]]);
  const clock = { nowMs: NOW_S * 1_000 };
  const exchange = (request: HttpRequest): ReturnType<HttpClient['exchange']> => {
    called.push(request.url);
    const document = documents.get(request.url);
    if (document === undefined) return Promise.reject(new Error('unreachable'));
    const text = JSON.stringify(document);
    const headers = { 'content-type': 'application/json' };
    return Promise.resolve({ status: 200, headers, text, bytes: Buffer.from(text), json: () => null });
  };
  const settings = { issuer: ISSUER, clientId: 'patchbay', rolesClaim: ['groups'], roles: [], name: 'x', scopes: [] };
  const provider = new IdentityProvider(settings, { exchange }, { now: () => clock.nowMs }, undefined);
  return { provider, called, documents, clock };
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
    expect(called).toEqual([DISCOVERY]);
  });

  it('refuses an expired token while the provider is unavailable', async () => {
    const { provider } = makeProvider(null);
    await expect(provider.verifyAccessToken(await token(NOW_S - 61), AUDIENCE)).rejects.toThrow(TokenRefusedError);
    await expect(provider.verifyAccessToken(await token(NOW_S - 30), AUDIENCE)).rejects.toThrow(
      ProviderUnavailableError,
    );
  });

  it.each([
    ['is away', null],
    ['sends an invalid document', { issuer: 'https://other.example.com' }],
  ])('calls a provider that %s at most every five seconds', async (_what, discovery) => {
    const { provider, called, clock } = makeProvider(discovery);
    const verify = async (): Promise<unknown> => provider.verifyAccessToken(await token(NOW_S + 60), AUDIENCE);
    for (let index = 0; index < 3; index += 1) await expect(verify()).rejects.toThrow(ProviderUnavailableError);
    expect(called).toHaveLength(1);
    clock.nowMs += 5_000;
    await expect(verify()).rejects.toThrow(ProviderUnavailableError);
    expect(called).toHaveLength(2);
  });

  it('finds new keys at another address, and reads for unknown keys at most every five minutes', async () => {
    const [oldKeys, newKeys] = [`${ISSUER}/old`, `${ISSUER}/new`];
    const { provider, called, documents, clock } = makeProvider({ issuer: ISSUER, jwks_uri: oldKeys });
    documents.set(oldKeys, { keys: [] });
    const verify = async (): Promise<unknown> => provider.verifyAccessToken(await token(NOW_S + 3_600), AUDIENCE);
    for (let index = 0; index < 3; index += 1) await expect(verify()).rejects.toThrow(TokenRefusedError);
    expect(called).toEqual([DISCOVERY, oldKeys]);
    documents.set(DISCOVERY, { issuer: ISSUER, jwks_uri: newKeys });
    documents.set(newKeys, { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }] });
    clock.nowMs += 5 * 60_000;
    expect(await verify()).toMatchObject({ sub: 'ada' });
    expect(called.slice(2).filter((url) => url !== oldKeys)).toEqual([DISCOVERY, newKeys]);
  });

  it('reads the discovery document again after an hour, and keeps the last one if the provider is away', async () => {
    const { provider, called, documents, clock } = makeProvider({
      issuer: ISSUER,
      end_session_endpoint: `${ISSUER}/a`,
      jwks_uri: `${ISSUER}/keys`,
    });
    const signOut = (): Promise<string | null> => provider.signOutUrl('https://hub.example.com/');
    expect(await signOut()).toContain(`${ISSUER}/a`);
    documents.delete(DISCOVERY);
    clock.nowMs += 60 * 60_000;
    for (let index = 0; index < 2; index += 1) expect(await signOut()).toContain(`${ISSUER}/a`);
    expect(called).toHaveLength(2);
    documents.set(DISCOVERY, { issuer: ISSUER, end_session_endpoint: `${ISSUER}/b`, jwks_uri: `${ISSUER}/keys` });
    clock.nowMs += 5_000;
    expect(await signOut()).toContain(`${ISSUER}/b`);
  });
});
