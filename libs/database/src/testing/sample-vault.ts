import { randomBytes } from 'node:crypto';
import type { Vault } from '@patchbay/core';
import { createHubKey, createVault, MasterKeyRing } from '@patchbay/vault';

/** A vault with a master key of its own, as good as any: what it wraps opens nowhere else. */
export function sampleVault(): Vault {
  const ring = new MasterKeyRing([randomBytes(32)]);
  return createVault(ring, createHubKey(ring));
}
