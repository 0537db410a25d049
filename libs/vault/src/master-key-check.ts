import { VaultError, type KeyOwner, type WrappedKeyStore } from '@patchbay/core';
import type { MasterKeyRing } from './master-key-ring.js';

/** Result of a check of all stored data keys. */
export interface MasterKeyState {
  /** Id of the newest master key: 16 hex digits, not secret. */
  readonly masterKeyId: string;
  /** Number of stored data keys. */
  readonly dataKeys: number;
  /** Number of data keys that only the previous master key opens. */
  readonly onPreviousKey: number;
  /** Errors of the data keys that cannot be opened. Each error says how to fix it. */
  readonly problems: readonly string[];
}

/** Check whether the master keys of this process open all stored data keys. */
export class MasterKeyCheck {
  constructor(
    private readonly ring: MasterKeyRing,
    private readonly store: Pick<WrappedKeyStore, 'wrappedKeys'>,
  ) {}

  /** Opens every stored data key. */
  async run(): Promise<MasterKeyState> {
    const keys = await this.store.wrappedKeys();
    const checked = keys.map(({ owner, wrapped }) => ({ wrapped, problem: this.problemOf(owner, wrapped) }));
    return {
      masterKeyId: this.ring.newestId,
      dataKeys: keys.length,
      onPreviousKey: checked.filter(({ wrapped, problem }) => problem === null && !this.ring.isNewest(wrapped)).length,
      problems: checked.flatMap(({ problem }) => problem ?? []),
    };
  }

  private problemOf(owner: KeyOwner, wrapped: Uint8Array): string | null {
    try {
      this.ring.unwrap(owner, wrapped);
      return null;
    } catch (error) {
      if (error instanceof VaultError) return error.message;
      throw error;
    }
  }
}
