import { createHmac, randomBytes } from 'node:crypto';
import type { Vault, WrappedKeyStore } from '@patchbay/core';
import { createBrandVault } from './brand-vault.js';
import type { MasterKeyRing } from './master-key-ring.js';
import { encodeText } from './text-encoding.js';

const DATA_KEY_BYTES = 32;
const HUB = { kind: 'hub' } as const;

/**
 * Opens the vault of a database. Creates the hub's own key at the first start. Throws a VaultError with a hint if the
 * database uses another master key, before anything is read or written under the given master key.
 */
export async function openVault(ring: MasterKeyRing, store: Pick<WrappedKeyStore, 'hubKey'>): Promise<Vault> {
  return createVault(ring, await store.hubKey((like) => createHubKey(ring, like ?? undefined)));
}

/** Creates a data key for the hub, wrapped. Throws a VaultError if the master key of `like` is unknown. */
export function createHubKey(ring: MasterKeyRing, like?: Uint8Array): Uint8Array {
  return ring.wrap(HUB, randomBytes(DATA_KEY_BYTES), like);
}

/**
 * Creates the vault from the master keys. Keyed hashes use the hub's own key, which the master key only wraps.
 * Therefore keyed hashes do not change when the master key is replaced.
 * @param hubKey the hub's wrapped key
 * @throws VaultError if the hub's key cannot be unwrapped
 */
export function createVault(ring: MasterKeyRing, hubKey: Uint8Array): Vault {
  const hashing = ring.unwrap(HUB, hubKey);
  return {
    createBrandKey(brandId, like) {
      return ring.wrap({ kind: 'brand', brandId }, randomBytes(DATA_KEY_BYTES), like);
    },
    openBrandKey(brandId, wrapped) {
      return createBrandVault(brandId, ring.unwrap({ kind: 'brand', brandId }, wrapped));
    },
    keyedHash(purpose, value) {
      const name = encodeText(purpose);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(name.length);
      return createHmac('sha256', hashing).update(length).update(name).update(encodeText(value)).digest('hex');
    },
  };
}
