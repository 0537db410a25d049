import type { Actor, MasterKeySource, WrappedKeyStore } from '@patchbay/core';
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
    private readonly store: Pick<WrappedKeyStore, 'rewrap'>,
  ) {}

  /**
   * May be repeated, also after it failed at any point.
   * @throws VaultError that says what to do first
   */
  async rotate(actor: Actor): Promise<RotatedMasterKey> {
    this.ring.learn(await this.source.renew());
    const dataKeys = await this.store.rewrap((owner, wrapped) => this.ring.rewrap(owner, wrapped), actor);
    await this.source.settled();
    return { masterKeyId: this.ring.newestId, dataKeys };
  }
}
