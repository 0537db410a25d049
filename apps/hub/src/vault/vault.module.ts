import { Module, type DynamicModule } from '@nestjs/common';
import { PostgresWrappedKeyStore } from '@patchbay/database';
import {
  environmentMasterKeys,
  fileMasterKeys,
  MasterKeyCheck,
  MasterKeyRing,
  MasterKeyRotation,
  openVault,
} from '@patchbay/vault';
import type { HubOptions } from '../context/hub-options.js';
import type { HubDatabase } from '../database/hub-database.js';

export const VAULT = Symbol('Vault');

/** Global module of the vault and the rotation of its master key. */
@Module({})
export class VaultModule {
  /**
   * Opens the vault with the master key of the environment, or of the key file in embedded mode. Throws a VaultError
   * with a hint if the database was sealed with another master key.
   */
  static async forRoot(
    { environment: { masterKey, masterKeyPrevious }, dataDirectory }: HubOptions,
    { dataSource }: HubDatabase,
  ): Promise<DynamicModule> {
    const store = new PostgresWrappedKeyStore(dataSource);
    const source =
      masterKey === undefined ? fileMasterKeys(dataDirectory) : environmentMasterKeys(masterKey, masterKeyPrevious);
    const ring = new MasterKeyRing(await source.load());
    const vault = await openVault(ring, store);
    return {
      module: VaultModule,
      global: true,
      providers: [
        { provide: VAULT, useValue: vault },
        { provide: MasterKeyCheck, useValue: new MasterKeyCheck(ring, store) },
        { provide: MasterKeyRotation, useValue: new MasterKeyRotation(source, ring, store) },
      ],
      exports: [VAULT, MasterKeyCheck, MasterKeyRotation],
    };
  }
}
