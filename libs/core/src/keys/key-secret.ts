import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'pbk_';
const SECRET_BYTES = 32;
const SECRET = new RegExp(`^${PREFIX}[A-Za-z0-9_-]{43}$`);
const HINT_LENGTH = PREFIX.length + 4;

/** Secret of a new key. It is available only when the key is created. */
export interface KeySecret {
  /** `pbk_` and 256 random bits in base64url. */
  readonly secret: string;
  /** Stored hash, see {@link hashOfSecret}. */
  readonly hash: Uint8Array;
  readonly hint: string;
}

/** Creates a random key. */
export function createKeySecret(random: (bytes: number) => Uint8Array = randomBytes): KeySecret {
  const secret = PREFIX + Buffer.from(random(SECRET_BYTES)).toString('base64url');
  return { secret, hash: hashOfSecret(secret), hint: secret.slice(0, HINT_LENGTH) };
}

/**
 * Returns the SHA-256 hash by which a key is looked up. Slow hashes and salts protect passwords that people choose. Guessing
 * 256 random bits is not feasible, and a plain hash can be found by an index.
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
