import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { Actor } from '../audit/audit-log.port.js';
import type { ApiKey, KeyGrant } from './api-key.js';
import type { KeySecret } from './key-secret.js';

/** A key to be stored. */
export interface NewKey extends KeyGrant, Pick<KeySecret, 'hash' | 'hint'> {}

/** When a key was used last. */
export interface KeyUse {
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Where API keys live. What is made or revoked is in the audit log with it, or not done; what was revoked is found by
 * nobody from then on, in any process.
 */
export interface KeyStore {
  create(key: NewKey, actor: Actor): Promise<ApiKey>;
  /** Null where there is none of that hash. */
  findByHash(hash: Uint8Array): Promise<ApiKey | null>;
  /** Null where there is none of that id. */
  find(id: string): Promise<ApiKey | null>;
  /**
   * Keys, the newest first.
   * @param brandIds only keys for these brands alone; null: all keys
   */
  list(brandIds: readonly string[] | null, page: PageRequest): Promise<Page<ApiKey>>;
  /** Nobody gets in by it any more. Null where there is none of that id. */
  revoke(id: string, actor: Actor): Promise<ApiKey | null>;
  /** Notes uses; one that is older than what is noted changes nothing. */
  recordUses(uses: readonly KeyUse[]): Promise<void>;
}
