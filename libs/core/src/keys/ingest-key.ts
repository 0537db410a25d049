import { timingSafeEqual } from 'node:crypto';
import { isExpired } from './api-key.js';
import { bearerToken, hashOfSecret, looksLikeKey } from './key-secret.js';

/** An API key of the role `ingest`, as a source knows it. */
export interface IngestKey {
  readonly id: string;
  /** See `hashOfSecret`. */
  readonly hash: Uint8Array;
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null;
}

/**
 * The key that a call shows as `Authorization: Bearer`; undefined where it shows none of these, or an expired one.
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
