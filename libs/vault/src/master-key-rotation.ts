import { VaultError, type Actor, type MasterKeySource, type WrappedKeyStore } from '@patchbay/core';
import type { MasterKeyRing } from './master-key-ring.js';

/** Result of a rotation. */
export interface RotatedMasterKey {
  /** Id of the master key that now wraps all data keys. The id is derived from the key and is not secret. */
  readonly masterKeyId: string;
  /** Number of data keys that were wrapped again. 0 if the new key already wrapped all data keys. */
  readonly dataKeys: number;
}

/**
 * Rotation of the master key of a running hub. Sealed data does not change, because the data keys stay the same and are
 * only wrapped again.
 */
export class MasterKeyRotation {
  constructor(
    private readonly source: MasterKeySource,
    private readonly ring: MasterKeyRing,
    private readonly store: Pick<WrappedKeyStore, 'withRotationLock' | 'rewrap'>,
  ) {}

  /**
   * Rotates the master key. The call can be repeated after a failure at any point: until
   * {@link MasterKeySource.completeRotation} returns, the source provides both the new and the previous key. Only one
   * rotation runs at a time, because a second rotation could replace the new key before that key wraps all data keys.
   * @throws VaultError with a hint
   */
  async rotate(actor: Actor): Promise<RotatedMasterKey> {
    const rotated = await this.store.withRotationLock((assertLocked) => this.rotateLocked(actor, assertLocked));
    if (rotated === null)
      throw new VaultError('Another rotation of the master key is running. Wait until it ends, then try again.');
    return rotated;
  }

  private async rotateLocked(actor: Actor, assertLocked: () => Promise<void>): Promise<RotatedMasterKey> {
    const keys = await this.source.beginRotation();
    this.ring.add(keys);
    const [newest] = keys;
    if (newest === undefined)
      throw new VaultError('The source of the master keys returned no key. Set PATCHBAY_MASTER_KEY.');
    const dataKeys = await this.store.rewrap((owner, wrapped) => this.ring.rewrap(owner, wrapped), actor);
    await assertLocked();
    await this.source.completeRotation(newest);
    return { masterKeyId: this.ring.newestId, dataKeys };
  }
}
