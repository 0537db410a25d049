import { randomBytes } from 'node:crypto';
import type { Vault } from '@patchbay/core';
import { createHubKey, createVault, MasterKeyRing } from '@patchbay/vault';

/** Returns a vault with a random master key. No other vault can open the values that this vault seals. */
export function sampleVault(): Vault {
  const ring = new MasterKeyRing([randomBytes(32)]);
  return createVault(ring, createHubKey(ring));
}
