import type { KeyStore, KeyUse } from './key-store.port.js';

/** Gathers when keys were used, so that a busy key costs one write now and then, and no request waits for it. */
export class KeyUses {
  private latest = new Map<string, number>();

  constructor(private readonly store: Pick<KeyStore, 'recordUses'>) {}

  /** @param at milliseconds since the epoch */
  record(keyId: string, at: number): void {
    this.latest.set(keyId, Math.max(at, this.latest.get(keyId) ?? 0));
  }

  /** Stores what was gathered. What cannot be stored is kept for the next time. */
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
