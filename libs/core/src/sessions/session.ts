import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashOfSecret } from '../keys/api-key.js';

const MINUTE_MS = 60_000;

/** Limits of sessions and sign-in links; times in milliseconds. */
export const SESSION_LIMITS = {
  /** A session ends after this time without a request. */
  idleMs: 60 * MINUTE_MS,
  /** A session of a key ends after this time in any case. */
  longestMs: 12 * 60 * MINUTE_MS,
  /** A session of a person ends after this time in any case. A new sign-in at the provider reads the rights again. */
  personMs: 60 * MINUTE_MS,
  /** The use of a session is stored at most once in this time. */
  recordUseEveryMs: MINUTE_MS,
  /** Maximum number of sessions of one key or person, and of links of one key. A further one replaces the oldest. */
  perKey: 100,
  /** A sign-in link is valid for this time. */
  linkMs: 30 * MINUTE_MS,
} as const;

/**
 * Key that made a sign-in link. For PATCHBAY_ADMIN_KEY, which has no id, `proof` binds the link to the key, so that a
 * changed key ends the link. See {@link bootstrapProof}.
 */
export type LinkOwner =
  { readonly kind: 'key'; readonly keyId: string } | { readonly kind: 'bootstrap'; readonly proof: Uint8Array };

/** Person whom the identity provider has identified. */
export interface PersonOwner {
  readonly kind: 'person';
  readonly personId: string;
  /** Values of the roles claim at the sign-in that rules name. The rules are applied again for each request. */
  readonly roleValues: readonly string[];
}

/** Key or person that signed in. */
export type SessionOwner = LinkOwner | PersonOwner;

/** Stored session, without its token. Times in milliseconds since the epoch. */
export interface StoredSession {
  readonly owner: SessionOwner;
  /** Time of the last stored use. */
  readonly lastSeenAt: number;
  /** Time at which the session ends in any case. */
  readonly latestEndsAt: number;
}

/** Session of a caller who signed in to the console. Times in milliseconds since the epoch. */
export interface CallerSession {
  /** Hash of the session's token. */
  readonly hash: Uint8Array;
  /** Time at which the session ends if no further request uses it. */
  readonly endsAt: number;
  /** Time at which the session ends in any case. */
  readonly latestEndsAt: number;
}

/** Secret of a session or of a sign-in link. Only the hash is stored. */
export interface SessionToken {
  /** Text of 256 random bits in base64url. */
  readonly token: string;
  /** Stored hash of the token, see {@link hashOfSecret}. */
  readonly hash: Uint8Array;
}

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Creates a random token. */
export function createSessionToken(random: (bytes: number) => Uint8Array = randomBytes): SessionToken {
  const token = Buffer.from(random(TOKEN_BYTES)).toString('base64url');
  return { token, hash: hashOfSecret(token) };
}

/** Returns true if a text has the format of a session's or sign-in link's token. */
export function looksLikeSessionToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Returns the proof that a token belongs to PATCHBAY_ADMIN_KEY. The proof is keyed by the token, which is not stored, so
 * that nobody who reads the database can test guesses of the key.
 * @param adminKeyHash hash of PATCHBAY_ADMIN_KEY
 */
export function bootstrapProof(token: string, adminKeyHash: Uint8Array): Uint8Array {
  return createHmac('sha256', token).update(adminKeyHash).digest();
}

/** Returns true if a proof belongs to a token and to the present PATCHBAY_ADMIN_KEY. */
export function isBootstrapProof(proof: Uint8Array, token: string, adminKeyHash: Uint8Array): boolean {
  const expected = bootstrapProof(token, adminKeyHash);
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}

/**
 * Returns the latest end of a new session: 12 hours from now, or the expiry of its key if that is earlier.
 * @param expiresAt expiry of the key; null if the key does not expire
 */
export function latestEndOf(expiresAt: number | null, now: number): number {
  return Math.min(now + SESSION_LIMITS.longestMs, expiresAt ?? Infinity);
}

/** Returns the time at which a session ends if no further request uses it. */
export function endOf({ lastSeenAt, latestEndsAt }: Pick<StoredSession, 'lastSeenAt' | 'latestEndsAt'>): number {
  return Math.min(lastSeenAt + SESSION_LIMITS.idleMs, latestEndsAt);
}
