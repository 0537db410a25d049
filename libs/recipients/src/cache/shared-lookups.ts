import type { ResponseCache } from './response-cache.js';

/** Shares lookups that are in flight or cached, so that many deliveries about one customer make one call. */
export class SharedLookups<T> {
  private readonly inFlight = new Map<string, Promise<T | undefined>>();

  constructor(private readonly cache: ResponseCache<T>) {}

  /**
   * @param key equal for lookups that get the same answer
   * @param load looks up; resolves with undefined if nothing was found. A failure rejects all waiting callers and is
   * not cached.
   */
  find(key: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.cache.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const running = this.inFlight.get(key);
    if (running !== undefined) return running;
    const started = load()
      .then((answer) => {
        if (answer !== undefined) this.cache.set(key, answer);
        return answer;
      })
      .finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, started);
    return started;
  }
}
