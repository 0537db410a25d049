import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { Actor } from '../audit/audit-log.port.js';
import type { ApiKey, KeyGrant, KeySecret } from './api-key.js';

/** API key to be stored. */
export interface NewKey extends KeyGrant, Pick<KeySecret, 'hash' | 'hint'> {}

/** Last use of an API key. */
export interface KeyUse {
  readonly keyId: string;
  /** Time of the use, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Store of API keys. A creation or revocation and its audit entry are written atomically. Once a key is revoked, no
 * process accepts it.
 */
export interface KeyStore {
  create(key: NewKey, actor: Actor): Promise<ApiKey>;
  /** Finds a key by its hash; null if no key has this hash. */
  findByHash(hash: Uint8Array): Promise<ApiKey | null>;
  /** Finds a key by its id; null if no key has this id. */
  find(id: string): Promise<ApiKey | null>;
  /**
   * Lists keys, newest first.
   * @param brandIds only keys whose brands are all in this list are returned; null for all keys
   */
  list(brandIds: readonly string[] | null, page: PageRequest): Promise<Page<ApiKey>>;
  /** Revokes a key; resolves with null if there is no key with that id. */
  revoke(id: string, actor: Actor): Promise<ApiKey | null>;
  /** Stores the last uses of keys. Ignores a use that is older than the stored use of the key. */
  recordUses(uses: readonly KeyUse[]): Promise<void>;
}
