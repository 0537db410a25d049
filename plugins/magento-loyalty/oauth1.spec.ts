import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeStrictly, momentAt, oauth1Header } from './oauth1.js';
import { OauthVerifier } from './sandbox-oauth.js';
import { STORE } from './sandbox.js';

const keys = STORE.integration;
const at = Date.UTC(2026, 0, 31, 10);
const timestamp = at / 1_000;

/** Returns the store's error for a signed call; undefined if the store accepts the call. */
function refusalMessage(
  url: string,
  { method = 'GET', as = url, nonce = 'n', seconds = timestamp, secrets = keys } = {},
) {
  const authorization = oauth1Header(secrets, method, url, { nonce, timestamp: seconds });
  return new OauthVerifier(keys).refusal({ method: 'GET', url: as, authorization, at })?.message;
}

describe('the signature of OAuth 1.0a', () => {
  it('matches the example in RFC 5849 §3.4.1, as Faithlife’s library signs it with HMAC-SHA256', () => {
    const header = oauth1Header(
      {
        consumerKey: '9djdj82h48djs9d2',
        consumerSecret: 'j49sk3j29djd',
        accessToken: 'kkk9d7dh3k39sjv7',
        accessTokenSecret: 'dh893hdasih9',
      },
      'POST',
      // The example of RFC 5849 has c2 and a3 as form fields. This test has them in the query, which gives the same
      // base string.
      'http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2=&a3=2+q',
      { nonce: '7d8f3e4a', timestamp: 137_131_201 },
    );
    expect(header).toBe(
      'OAuth oauth_consumer_key="9djdj82h48djs9d2", oauth_nonce="7d8f3e4a", oauth_signature_method="HMAC-SHA256", ' +
        'oauth_timestamp="137131201", oauth_token="kkk9d7dh3k39sjv7", ' +
        'oauth_signature="ypAxjNip%2B%2BDm0fTM%2BgCl8wAo6ufSnseu1WHxL7py3BU%3D"',
    );
  });

  it.each([
    ['abcXYZ019-._~', 'abcXYZ019-._~'],
    ["%+&=*!'()", '%25%2B%26%3D%2A%21%27%28%29'],
    ['\n\u007f', '%0A%7F'],
    ['\u0080 \u3001', '%C2%80%20%E3%80%81'],
  ])('encodes by RFC 5849 §3.6: %j', (text, encoded) => {
    expect(encodeStrictly(text)).toBe(encoded);
  });

  it('is accepted by the store for any query, port and path', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const pairs = fc.uniqueArray(fc.tuple(word, word), { maxLength: 6, selector: ([name]) => name });
    fc.assert(
      fc.property(
        pairs,
        fc.constantFrom('https://shop.example.com/a', 'http://127.0.0.1:8080/rest/V1'),
        (query, url) => {
          const encoded = query.map((pair) => pair.map(encodeStrictly).join('=')).join('&');
          expect(refusalMessage(`${url}/customers?${encoded}`)).toBeUndefined();
        },
      ),
    );
  });

  it('covers method, URL, query and both secrets', () => {
    const url = 'https://shop.example.com/rest/V1/customers/search?a=1&b=2';
    const invalid = 'The signature is invalid. Verify and try again.';
    expect(refusalMessage(url)).toBeUndefined();
    expect(refusalMessage(url, { as: url.replace('search', 'me') })).toBe(invalid);
    expect(refusalMessage(url, { as: url.replace('a=1', 'a=2') })).toBe(invalid);
    expect(refusalMessage(url, { method: 'PUT' })).toBe(invalid);
    expect(refusalMessage(url, { secrets: { ...keys, consumerSecret: 'x' } })).toBe(invalid);
    expect(refusalMessage(url, { secrets: { ...keys, accessTokenSecret: 'x' } })).toBe(invalid);
    expect(refusalMessage(url, { secrets: { ...keys, accessToken: 'x' } })).toBe('Specified token does not exist');
  });

  it('is refused by the store if its clock is ahead, and if it is repeated', () => {
    const url = 'https://shop.example.com/rest/V1/customers/42';
    expect(refusalMessage(url, { seconds: timestamp + 601 })).toMatch(/oauth_timestamp/);
    const verifier = new OauthVerifier(keys);
    const authorization = oauth1Header(keys, 'GET', url, { nonce: 'once', timestamp });
    expect(verifier.refusal({ method: 'GET', url, authorization, at })).toBeUndefined();
    expect(verifier.refusal({ method: 'GET', url, authorization, at })?.message).toMatch(/nonce/);
  });

  it('has a new nonce each time, within the length limit of the store', () => {
    const header = (): string => oauth1Header(keys, 'GET', 'https://a.example', momentAt(timestamp * 1_000));
    const nonces = [1, 2].map(() => /oauth_nonce="(.*?)"/.exec(header())?.[1]);
    expect(nonces[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(nonces[1]).not.toBe(nonces[0]);
  });
});
