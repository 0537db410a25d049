import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Roles of API keys; see {@link decideAccess} for their permissions. */
export const KEY_ROLES = ['admin', 'operator', 'viewer', 'ingest'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** Roles of the admin API. */
export type AdminRole = Exclude<KeyRole, 'ingest'>;

/** Permissions of an API key. */
export interface KeyGrant {
  /** Display name, shown in lists and in the audit log. */
  readonly name: string;
  readonly role: KeyRole;
  /**
   * Ids of the brands in the key's scope; null for all brands. The scope contains ids instead of names, because a new
   * brand may have the name of a deleted brand.
   */
  readonly brandIds: readonly string[] | null;
  /** True if the key may see personal values unmasked. Each access to personal values is audited. */
  readonly reveal: boolean;
  /** Expiry in milliseconds since the epoch; null if the key does not expire. */
  readonly expiresAt: number | null;
}

/**
 * Returns true if a key has expired.
 * @param now milliseconds since the epoch
 */
export function isExpired({ expiresAt }: Pick<KeyGrant, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** Stored API key, without its secret. */
export interface ApiKey extends KeyGrant {
  readonly id: string;
  /** First characters of the secret: enough to recognise the key, too few to use the key. */
  readonly hint: string;
  /** Name of the actor that created the key. */
  readonly createdBy: string;
  /** Time of creation, in milliseconds since the epoch. */
  readonly createdAt: number;
  /**
   * Time of the key's last use, up to a minute late, in milliseconds since the epoch; null if the key was never used.
   */
  readonly lastUsedAt: number | null;
}

const PREFIX = 'pbk_';
const SECRET_BYTES = 32;
const SECRET = new RegExp(`^${PREFIX}[A-Za-z0-9_-]{43}$`);
const HINT_LENGTH = PREFIX.length + 4;

/** Secret of a new key. The secret is available only when the key is created. */
export interface KeySecret {
  /** Text `pbk_` and 256 random bits in base64url. */
  readonly secret: string;
  /** Stored hash of the secret, see {@link hashOfSecret}. */
  readonly hash: Uint8Array;
  readonly hint: string;
}

/** Creates the secret of a random key. */
export function createKeySecret(random: (bytes: number) => Uint8Array = randomBytes): KeySecret {
  const secret = PREFIX + Buffer.from(random(SECRET_BYTES)).toString('base64url');
  return { secret, hash: hashOfSecret(secret), hint: secret.slice(0, HINT_LENGTH) };
}

/**
 * Returns the SHA-256 hash by which a key is looked up. A plain hash can be found by an index. A slow or salted hash is
 * not necessary, because nobody can guess 256 random bits.
 */
export function hashOfSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** Returns true if a text has the format of an API key. */
export function looksLikeKey(text: string): boolean {
  return SECRET.test(text);
}

/** Returns the token of an `Authorization: Bearer` header; undefined for other schemes and without a header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** API key of the role `ingest` that a source accepts. */
export interface IngestKey {
  readonly id: string;
  /** Hash of the key's secret, see `hashOfSecret`. */
  readonly hash: Uint8Array;
  /** Expiry in milliseconds since the epoch; null if the key does not expire. */
  readonly expiresAt: number | null;
}

/**
 * Finds the key that a call presents as `Authorization: Bearer`. Undefined if the call presents none of the given keys,
 * or an expired key.
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
