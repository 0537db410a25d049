import { VaultError, type Actor, type MasterKeySource, type WrappedKeyStore } from '@patchbay/core';
import type { MasterKeyRing } from './master-key-ring.js';

/** What a rotation did. */
export interface RotatedMasterKey {
  /** Which master key everything is wrapped by now: derived from it, not secret. */
  readonly masterKeyId: string;
  /** How many data keys were wrapped anew; 0: they were already. */
  readonly dataKeys: number;
}

/** Replaces the master key while the hub runs. Nothing that is sealed is touched: the data keys stay, wrapped anew. */
export class MasterKeyRotation {
  constructor(
    private readonly source: MasterKeySource,
    private readonly ring: MasterKeyRing,
    private readonly store: Pick<WrappedKeyStore, 'withRotationLock' | 'rewrap'>,
  ) {}

  /**
   * May be repeated, also after it failed at any point: until {@link MasterKeySource.settled} has returned, the source
   * gives both the key that the data keys are wrapped by and the one before. Only one rotation runs at a time, because
   * a second one could replace the new key before everything is wrapped by it.
   * @throws VaultError that says what to do first
   */
  async rotate(actor: Actor): Promise<RotatedMasterKey> {
    const rotated = await this.store.withRotationLock((assertLocked) => this.rotateLocked(actor, assertLocked));
    if (rotated === null)
      throw new VaultError('Another rotation of the master key is running. Wait until it has ended.');
    return rotated;
  }

  private async rotateLocked(actor: Actor, assertLocked: () => Promise<void>): Promise<RotatedMasterKey> {
    const keys = await this.source.beginRotation();
    this.ring.add(keys);
    const [newest] = keys;
    if (newest === undefined) throw new VaultError('There is no master key.');
    const dataKeys = await this.store.rewrap((owner, wrapped) => this.ring.rewrap(owner, wrapped), actor);
    await assertLocked();
    await this.source.completeRotation(newest);
    return { masterKeyId: this.ring.newestId, dataKeys };
  }
}
