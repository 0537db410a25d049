import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'pbk_';
const SECRET_BYTES = 32;
const SECRET = new RegExp(`^${PREFIX}[A-Za-z0-9_-]{43}$`);
const HINT_LENGTH = PREFIX.length + 4;

/** A key at the only moment when it is known whole. */
export interface KeySecret {
  /** `pbk_` and 256 random bits in base64url. */
  readonly secret: string;
  /** What is stored instead: see {@link hashOfSecret}. */
  readonly hash: Uint8Array;
  readonly hint: string;
}

/** Makes a key. */
export function createKeySecret(random: (bytes: number) => Uint8Array = randomBytes): KeySecret {
  const secret = PREFIX + Buffer.from(random(SECRET_BYTES)).toString('base64url');
  return { secret, hash: hashOfSecret(secret), hint: secret.slice(0, HINT_LENGTH) };
}

/**
 * What a key is found by: SHA-256. Slow hashes and salts protect what people choose; 256 random bits cannot be tried
 * through, and a plain hash can be looked up by an index.
 */
export function hashOfSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** Whether a text can be a key of ours at all. */
export function looksLikeKey(text: string): boolean {
  return SECRET.test(text);
}

/** The token of an `Authorization: Bearer` header; undefined where it is another one, or none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
