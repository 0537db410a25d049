import type { KeyStore, KeyUse } from './key-store.port.js';

/**
 * Buffer of the last uses of keys. With the buffer, requests do not wait for a write, and a busy key causes few writes.
 */
export class KeyUses {
  private latest = new Map<string, number>();

  constructor(private readonly store: Pick<KeyStore, 'recordUses'>) {}

  /** Records a use of a key. @param at milliseconds since the epoch */
  record(keyId: string, at: number): void {
    this.latest.set(keyId, Math.max(at, this.latest.get(keyId) ?? 0));
  }

  /** Stores the recorded uses. Uses that cannot be stored are kept for the next call. */
  async flush(): Promise<void> {
    const uses: readonly KeyUse[] = [...this.latest].map(([keyId, at]) => ({ keyId, at }));
    this.latest = new Map();
    if (uses.length === 0) return;
    try {
      await this.store.recordUses(uses);
    } catch (error) {
      for (const { keyId, at } of uses) this.record(keyId, at);
      throw error;
    }
  }
}
