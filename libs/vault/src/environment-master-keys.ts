import { VaultError, type MasterKeySource } from '@patchbay/core';
import { parseMasterKey } from './master-key.js';

/**
 * Returns the master keys that the operator sets.
 * @param current PATCHBAY_MASTER_KEY
 * @param previous PATCHBAY_MASTER_KEY_PREVIOUS: the key that is being replaced
 */
export function environmentMasterKeys(current: string, previous?: string): MasterKeySource {
  const load = async (): Promise<readonly Uint8Array[]> => [
    parseMasterKey(current),
    ...(previous === undefined ? [] : [parseMasterKey(previous, 'PATCHBAY_MASTER_KEY_PREVIOUS')]),
  ];
  return {
    load,
    beginRotation: async () => {
      if (previous !== undefined) return load();
      throw new VaultError(
        'There is no new master key to rotate to. Create a key (openssl rand -base64 32), start every process with ' +
          'PATCHBAY_MASTER_KEY set to it and PATCHBAY_MASTER_KEY_PREVIOUS to the current one, then rotate again.',
      );
    },
    // Nothing to do, because the operator removes PATCHBAY_MASTER_KEY_PREVIOUS.
    completeRotation: () => Promise.resolve(),
  };
}
