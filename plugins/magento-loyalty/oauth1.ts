import { createHmac, randomBytes } from 'node:crypto';
import type { OauthIntegration } from './magento-loyalty.dto.js';

type Keys = Pick<OauthIntegration, 'consumerKey' | 'consumerSecret' | 'accessToken' | 'accessTokenSecret'>;

/** Values that differ between two signatures of the same call. */
export interface Moment {
  /** Unique text of at most 32 characters, because the store does not store longer nonces. */
  readonly nonce: string;
  /** Time of the signature in seconds since the epoch. */
  readonly timestamp: number;
}

/**
 * Returns the `authorization` header of OAuth 1.0a with HMAC-SHA256 (RFC 5849 §3.4 and §3.5.1; Adobe, "OAuth-based
 * authentication"). The URL's query is signed, a JSON body is not.
 */
export function oauth1Header(keys: Keys, method: string, url: string, moment: Moment): string {
  const { origin, pathname, searchParams } = new URL(url);
  const protocol: [string, string][] = [
    ['oauth_consumer_key', keys.consumerKey],
    ['oauth_nonce', moment.nonce],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', String(moment.timestamp)],
    ['oauth_token', keys.accessToken],
  ];
  // Sorted by the encoded name, then by the encoded value. NUL sorts before every character of a name.
  const sorted = [...searchParams, ...protocol].map((pair) => pair.map(encodeStrictly).join('\0')).sort();
  const parameters = sorted.map((pair) => pair.replace('\0', '=')).join('&');
  const base = [method, origin + pathname, parameters].map(encodeStrictly).join('&');
  const key = [keys.consumerSecret, keys.accessTokenSecret].map(encodeStrictly).join('&');
  const signature = createHmac('sha256', key).update(base).digest('base64');
  const signed = [...protocol, ['oauth_signature', signature]];
  return `OAuth ${signed.map(([name = '', value = '']) => `${name}="${encodeStrictly(value)}"`).join(', ')}`;
}

/** Encodes by RFC 3986, as RFC 5849 §3.6 requires: all characters except letters, digits and `-._~`. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Returns a new nonce for one call.
 * @param now milliseconds since the epoch
 */
export function momentAt(now: number): Moment {
  return { nonce: randomBytes(16).toString('hex'), timestamp: Math.floor(now / 1_000) };
}
