import type { Actor } from '../audit/audit-log.port.js';
import type { ApiKey } from '../keys/api-key.js';
import type { Person } from '../people/person.js';
import type { LinkOwner, StoredSession } from './session.js';

/** Audit facts of a sign-in or sign-out. */
export interface SessionAudit {
  readonly actor: Actor;
  /** Id of the brand if the key is limited to exactly one brand, otherwise null. */
  readonly brandId: string | null;
}

/** Stored session and the key or person that signed in. */
export interface FoundSession {
  readonly session: StoredSession;
  /** Null for PATCHBAY_ADMIN_KEY and for people. */
  readonly key: ApiKey | null;
  /** Null for keys. */
  readonly person: Person | null;
}

/** Session to be stored. */
export interface NewSession extends StoredSession {
  readonly hash: Uint8Array;
}

/** One-time sign-in link. It signs in with the rights of its owner. */
export interface SignInLink {
  readonly owner: LinkOwner;
  /** Time at which the link expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Sign-in link to be stored. */
export interface NewSignInLink extends SignInLink {
  readonly hash: Uint8Array;
}

/**
 * Store of the console's sessions and sign-in links. Revoking a key or deleting a person removes its sessions and links.
 * A change and its audit entry are written atomically.
 */
export interface SessionStore {
  /**
   * Stores a session. Removes ended sessions, and the oldest sessions of an owner who has too many. Resolves with false,
   * and stores nothing, if the owner's key has been revoked or the person has been deleted.
   */
  create(session: NewSession, audit: SessionAudit): Promise<boolean>;
  /** Finds a session by the hash of its token; null if there is none. An ended session may still be found. */
  find(hash: Uint8Array): Promise<FoundSession | null>;
  /** Stores the time of a use, in milliseconds since the epoch. Ignores a time that is older than the stored time. */
  recordUse(hash: Uint8Array, at: number): Promise<void>;
  /** Removes a session. Does nothing if there is none. */
  end(hash: Uint8Array, audit: SessionAudit): Promise<void>;
  /**
   * Stores a sign-in link. Removes expired links, and the oldest links of an owner who has too many. Resolves with
   * false, and stores nothing, if the owner's key has been revoked.
   */
  createLink(link: NewSignInLink, audit: SessionAudit): Promise<boolean>;
  /** Removes a sign-in link and returns it; null if there is none. Only one caller gets a link. */
  takeLink(hash: Uint8Array): Promise<SignInLink | null>;
}
