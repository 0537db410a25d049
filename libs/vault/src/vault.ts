import { createHmac, randomBytes } from 'node:crypto';
import type { Vault, WrappedKeyStore } from '@patchbay/core';
import { createBrandVault } from './brand-vault.js';
import type { MasterKeyRing } from './master-key-ring.js';
import { encodeText } from './text-encoding.js';

const DATA_KEY_BYTES = 32;
const HUB = { kind: 'hub' } as const;

/**
 * Opens the vault of a database; on its first start the hub's own key is made.
 * Throws a VaultError that says how to fix it where the master key is another one than this database knows: before
 * anything is read or written under it.
 */
export async function openVault(ring: MasterKeyRing, store: Pick<WrappedKeyStore, 'hubKey'>): Promise<Vault> {
  return createVault(ring, await store.hubKey((like) => createHubKey(ring, like ?? undefined)));
}

/** A new key of the hub itself, wrapped. Throws a VaultError where the master key of `like` is not known. */
export function createHubKey(ring: MasterKeyRing, like?: Uint8Array): Uint8Array {
  return ring.wrap(HUB, randomBytes(DATA_KEY_BYTES), like);
}

/**
 * The vault under master keys. Keyed hashes are made under the hub's own key, which the master key only wraps: so they
 * stay what they are when the master key is replaced.
 * @param hubKey wrapped
 * @throws VaultError where it does not open
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
