import { timingSafeEqual } from 'node:crypto';
import { isExpired } from './api-key.js';
import { bearerToken, hashOfSecret, looksLikeKey } from './key-secret.js';

/** API key of the role `ingest` that a source accepts. */
export interface IngestKey {
  readonly id: string;
  /** Hash of the secret, see `hashOfSecret`. */
  readonly hash: Uint8Array;
  /** Milliseconds since the epoch; null if it does not expire. */
  readonly expiresAt: number | null;
}

/**
 * Finds the key that a call presents as `Authorization: Bearer`. Undefined if it presents none of the keys, or an expired
 * key.
 * @param now milliseconds since the epoch
 */
export function presentedKey(
  keys: readonly IngestKey[],
  authorization: string | undefined,
  now: number,
): IngestKey | undefined {
  const token = keys.length === 0 ? undefined : bearerToken(authorization);
  if (token === undefined || !looksLikeKey(token)) return undefined;
  const hash = hashOfSecret(token);
  return keys.find((key) => timingSafeEqual(key.hash, hash) && !isExpired(key, now));
}
