import type { HubEnvironment } from '@patchbay/config';
import type { Vault, WrappedKeyStore } from '@patchbay/core';
import { environmentMasterKeys, fileMasterKeys, MasterKeyRing, MasterKeyRotation, openVault } from '@patchbay/vault';

/** The vault and the rotation of its master key. */
export interface HubVault {
  readonly vault: Vault;
  readonly rotation: MasterKeyRotation;
}

/**
 * Opens the vault with the master key of the environment, or of the key file in embedded mode. Throws a VaultError with
 * a hint if the database was sealed with another master key.
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
