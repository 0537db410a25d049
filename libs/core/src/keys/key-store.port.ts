import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { Actor } from '../audit/audit-log.port.js';
import type { ApiKey, KeyGrant, KeySecret } from './api-key.js';

/** Key to be stored. */
export interface NewKey extends KeyGrant, Pick<KeySecret, 'hash' | 'hint'> {}

/** Last use of a key. */
export interface KeyUse {
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Store of API keys. Creation and revocation are written together with their audit entry, atomically. Once a key is
 * revoked, no process accepts it.
 */
export interface KeyStore {
  create(key: NewKey, actor: Actor): Promise<ApiKey>;
  /** Finds a key by its hash; null if there is none. */
  findByHash(hash: Uint8Array): Promise<ApiKey | null>;
  /** Finds a key by its id; null if there is none. */
  find(id: string): Promise<ApiKey | null>;
  /**
   * Lists keys, newest first.
   * @param brandIds lists only keys whose brands are all among these; null for all keys
   */
  list(brandIds: readonly string[] | null, page: PageRequest): Promise<Page<ApiKey>>;
  /** Revokes a key; resolves with null if there is no key with that id. */
  revoke(id: string, actor: Actor): Promise<ApiKey | null>;
  /** Stores last uses. A use older than the stored one is ignored. */
  recordUses(uses: readonly KeyUse[]): Promise<void>;
}
