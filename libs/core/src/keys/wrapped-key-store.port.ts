import type { Actor } from '../audit/audit-log.port.js';

/** Whose data key it is: the hub's own, or a brand's. */
export type KeyOwner = { readonly kind: 'hub' } | { readonly kind: 'brand'; readonly brandId: string };

/** Wraps a key anew; null where it is wrapped as it should be. */
export type Rewrap = (owner: KeyOwner, wrapped: Uint8Array) => Uint8Array | null;

/** Where wrapped data keys are kept. */
export interface WrappedKeyStore {
  /**
   * The hub's own key, wrapped. Made where there is none yet; when several processes start at once, all get the same.
   * @param make is given the wrapped key of any brand where there is one: the hub's has to have the same master key
   */
  hubKey(make: (like: Uint8Array | null) => Uint8Array): Promise<Uint8Array>;
  /**
   * Runs a rotation while no other process runs one.
   * @param rotate gets a check that throws if the lock was lost meanwhile
   * @returns null if another rotation is running; `rotate` was not called then
   */
  withRotationLock<T>(rotate: (assertLocked: () => Promise<void>) => Promise<T>): Promise<T | null>;
  /**
   * Wraps all data keys anew in one transaction, while no configuration is applied, and notes it in the audit log.
   * What `rewrap` throws undoes everything.
   * @returns how many were wrapped anew
   */
  rewrap(rewrap: Rewrap, actor: Actor): Promise<number>;
}
