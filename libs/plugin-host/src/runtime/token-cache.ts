import type { Token } from '@patchbay/plugin-sdk';

/** Result of `DestinationContext.token`. */
export interface CachedToken {
  readonly value: string;
  drop(): void;
}

const MAX_TOKENS = 10_000;
/**
 * A token is dropped this many milliseconds before it expires, or after nine tenths of its lifetime if that moment is
 * later.
 */
const EARLY_DROP_MS = 60_000;

interface Entry {
  readonly value: string;
  readonly useUntil: number;
}

/** Cache of tokens in memory. Concurrent callers share one call of `fetch`; a failed fetch is not cached. */
export class TokenCache {
  private readonly entries = new Map<string, Entry>();
  private readonly fetching = new Map<string, Promise<Entry>>();

  /** @param now returns milliseconds since the epoch */
  constructor(private readonly now: () => number) {}

  async get(key: string, fetch: () => Promise<Token>): Promise<CachedToken> {
    const cached = this.entries.get(key);
    const entry = cached !== undefined && cached.useUntil > this.now() ? cached : await this.fetchOnce(key, fetch);
    return {
      value: entry.value,
      drop: () => {
        if (this.entries.get(key) === entry) this.entries.delete(key);
      },
    };
  }

  private fetchOnce(key: string, fetch: () => Promise<Token>): Promise<Entry> {
    const running = this.fetching.get(key);
    if (running !== undefined) return running;
    const started = this.fetchNow(key, fetch).finally(() => this.fetching.delete(key));
    this.fetching.set(key, started);
    return started;
  }

  private async fetchNow(key: string, fetch: () => Promise<Token>): Promise<Entry> {
    const token = await fetch();
    const lifeMs = Number.isFinite(token.expiresInMs) ? Math.max(token.expiresInMs, 0) : 0;
    const entry = { value: token.value, useUntil: this.now() + Math.max(lifeMs - EARLY_DROP_MS, lifeMs * 0.9) };
    this.entries.delete(key);
    this.entries.set(key, entry);
    const oldest = this.entries.keys().next();
    if (this.entries.size > MAX_TOKENS && oldest.done === false) this.entries.delete(oldest.value);
    return entry;
  }
}
