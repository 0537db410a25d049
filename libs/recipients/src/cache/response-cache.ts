const MAX_ENTRIES = 10_000;
const MAX_CHARACTERS = 16 * 1_024 * 1_024;

/** Bounds of a {@link ResponseCache}. */
export interface ResponseCacheOptions {
  /** Time to live of an answer in milliseconds; 0 disables the cache, except for old answers. */
  readonly ttlMs: number;
  /** Time after `ttlMs` for which an answer can still be read as an old answer, in milliseconds. Default 0. */
  readonly staleMs?: number;
  /** Maximum number of answers. If there are more, the answer that was least recently used is removed. */
  readonly maxEntries: number;
  /** Maximum total size of all answers, in characters of JSON. */
  readonly maxCharacters: number;
  /** Monotonic clock, in milliseconds. */
  readonly now: () => number;
}

interface Entry<T> {
  readonly answer: T;
  readonly size: number;
  /** End of `ttlMs`. */
  readonly freshUntil: number;
  /** Time at which the answer is removed. */
  readonly until: number;
}

/** In-memory cache of answers about customers, limited in size, with a time to live. */
export class ResponseCache<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private characters = 0;
  private purge: NodeJS.Timeout | undefined;

  constructor(private readonly options: ResponseCacheOptions) {}

  get(key: string): T | undefined {
    const entry = this.use(key);
    return entry === undefined || entry.freshUntil <= this.options.now() ? undefined : entry.answer;
  }

  /** Returns an answer that is at most `ttlMs + staleMs` old. */
  getOld(key: string): T | undefined {
    return this.use(key)?.answer;
  }

  set(key: string, answer: T): void {
    const { ttlMs, staleMs = 0, maxEntries, maxCharacters, now } = this.options;
    const size = key.length + JSON.stringify(answer).length;
    const known = this.entries.get(key);
    if (known !== undefined) this.remove(key, known);
    // Do not cache an oversized answer, because it would evict all other answers.
    if (ttlMs + staleMs <= 0 || size > maxCharacters / 16) return;
    const freshUntil = now() + ttlMs;
    this.keep(key, { answer, size, freshUntil, until: freshUntil + staleMs });
    for (const [oldest, entry] of this.entries) {
      if (this.entries.size <= maxEntries && this.characters <= maxCharacters) break;
      this.remove(oldest, entry);
    }
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) this.remove(key, entry);
  }

  /** Number of cached answers. An expired answer is removed within `ttlMs + staleMs` after its expiry. */
  get size(): number {
    return this.entries.size;
  }

  /** Returns an entry that has not expired, and marks the entry as used. */
  private use(key: string): Entry<T> | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.remove(key, entry);
    if (entry.until <= this.options.now()) return undefined;
    this.keep(key, entry);
    return entry;
  }

  private keep(key: string, entry: Entry<T>): void {
    this.entries.set(key, entry);
    this.characters += entry.size;
    this.purge ??= this.purgeLater();
  }

  /**
   * Starts the timer that removes expired answers. The timer holds only a weak reference to the cache, so that the
   * garbage collector can remove an unused cache.
   */
  private purgeLater(): NodeJS.Timeout {
    const self = new WeakRef(this);
    const { ttlMs, staleMs = 0 } = this.options;
    return setTimeout(() => self.deref()?.removeExpired(), ttlMs + staleMs).unref();
  }

  /** Removes all expired answers. An expired answer that no caller reads again would otherwise stay in memory. */
  private removeExpired(): void {
    this.purge = undefined;
    const now = this.options.now();
    for (const [key, entry] of this.entries) if (entry.until <= now) this.remove(key, entry);
    if (this.entries.size > 0) this.purge = this.purgeLater();
  }

  private remove(key: string, entry: Entry<T>): void {
    this.entries.delete(key);
    this.characters -= entry.size;
  }
}

/**
 * Creates a cache of the default size.
 * @param ttlMs time to live in milliseconds
 * @param staleMs time after `ttlMs` for which an answer may replace a failed lookup, in milliseconds
 */
export function newResponseCache<T>(ttlMs: number, staleMs = 0): ResponseCache<T> {
  return new ResponseCache({
    ttlMs,
    staleMs,
    maxEntries: MAX_ENTRIES,
    maxCharacters: MAX_CHARACTERS,
    now: () => performance.now(),
  });
}
