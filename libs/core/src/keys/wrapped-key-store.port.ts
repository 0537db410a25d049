import type { Actor } from '../audit/audit-log.port.js';

/** Owner of a data key: the hub or a brand. */
export type KeyOwner = { readonly kind: 'hub' } | { readonly kind: 'brand'; readonly brandId: string };

/** Function that wraps a data key again; returns null if the data key is already wrapped by the newest master key. */
export type Rewrap = (owner: KeyOwner, wrapped: Uint8Array) => Uint8Array | null;

/** Store of wrapped data keys. */
export interface WrappedKeyStore {
  /**
   * Returns the wrapped data key of the hub, and creates the key on first use. Processes that start at the same time
   * get the same key.
   * @param make creates the hub's data key. Its argument is the wrapped key of any brand, or null if there is no brand.
   * The hub's key must use the same master key as the brand's key
   */
  hubKey(make: (like: Uint8Array | null) => Uint8Array): Promise<Uint8Array>;
  /** Returns all wrapped data keys: of the hub, and of each brand that is not deleted. */
  wrappedKeys(): Promise<readonly { readonly owner: KeyOwner; readonly wrapped: Uint8Array }[]>;
  /**
   * Runs a rotation of the master key while no other process runs a rotation.
   * @param rotate runs the rotation; its argument throws if the lock was lost
   * @returns null if another rotation is running; in that case, `rotate` was not called
   */
  withRotationLock<T>(rotate: (assertLocked: () => Promise<void>) => Promise<T>): Promise<T | null>;
  /**
   * Wraps all data keys again in one transaction, with an audit entry. No configuration can be applied during the
   * transaction. An exception of `rewrap` rolls the transaction back.
   * @returns the number of keys that were wrapped again
   */
  rewrap(rewrap: Rewrap, actor: Actor): Promise<number>;
}

/**
 * Source of the master keys: the environment, a file, or a key management service. Every implementation keeps the
 * master keys in memory. If a key management service is used, the service decrypts the master key first.
 */
export interface MasterKeySource {
  /**
   * Returns all master keys by which stored data keys may be wrapped, 32 bytes each. The first master key wraps new
   * data keys. Throws a VaultError that says how to fix the problem if no valid master key is available.
   */
  load(): Promise<readonly Uint8Array[]>;
  /**
   * Begins a rotation of the master key. Returns the keys like {@link load}, beginning with the new key. Throws a
   * VaultError with the steps to take if an operator must provide the new key first.
   */
  beginRotation(): Promise<readonly Uint8Array[]>;
  /**
   * Ends a rotation of the master key. The source may then delete all other master keys.
   * @param wrappedBy master key by which all stored data keys are wrapped now
   */
  completeRotation(wrappedBy: Uint8Array): Promise<void>;
}
