import type { HubEnvironment } from '@patchbay/config';
import type { Vault, WrappedKeyStore } from '@patchbay/core';
import { environmentMasterKeys, fileMasterKeys, MasterKeyRing, MasterKeyRotation, openVault } from '@patchbay/vault';

/** The hub's vault, and what replaces its master key. */
export interface HubVault {
  readonly vault: Vault;
  readonly rotation: MasterKeyRotation;
}

/**
 * Opens the vault under the master key of the environment, or of embedded mode's own file.
 * Throws a VaultError that says what to do where it is not the one that the database knows.
 */
export async function openHubVault(
  { masterKey, masterKeyPrevious }: Pick<HubEnvironment, 'masterKey' | 'masterKeyPrevious'>,
  dataDirectory: string,
  store: WrappedKeyStore,
): Promise<HubVault> {
  const source =
    masterKey === undefined ? fileMasterKeys(dataDirectory) : environmentMasterKeys(masterKey, masterKeyPrevious);
  const ring = new MasterKeyRing(await source.load());
  return { vault: await openVault(ring, store), rotation: new MasterKeyRotation(source, ring, store) };
}
