import { timeoutAfterReads } from '@patchbay/http';
import type { ResponseCache } from './response-cache.js';

/** Shares lookups that are in flight or cached, so that many deliveries to one customer make only one call. */
export class SharedLookups<T> {
  private readonly inFlight = new Map<string, Promise<T | undefined>>();

  constructor(private readonly cache: ResponseCache<T>) {}

  /**
   * Returns the answer of a cached or running lookup, or starts the lookup.
   * @param key equal for lookups that get the same answer
   * @param load runs the lookup; resolves with undefined if nothing was found. A failure rejects all waiting callers
   *   and is not cached.
   * @param mayUseOld decides by the error if an old answer of the cache may replace the failed lookup. Never by default.
   */
  find(
    key: string,
    load: () => Promise<T | undefined>,
    mayUseOld: (error: unknown) => boolean = () => false,
  ): Promise<T | undefined> {
    const known = this.cache.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const running = this.inFlight.get(key);
    if (running !== undefined) return running;
    const started: Promise<T | undefined> = load()
      .then((answer) => {
        if (this.inFlight.get(key) === started) {
          if (answer === undefined) this.cache.delete(key);
          else this.cache.set(key, answer);
        }
        return answer;
      })
      .catch((error: unknown) => {
        const old = mayUseOld(error) ? this.cache.getOld(key) : undefined;
        if (old === undefined) throw error;
        return old;
      })
      .finally(() => {
        if (this.inFlight.get(key) === started) this.inFlight.delete(key);
      });
    this.inFlight.set(key, started);
    return started;
  }

  /** Drops the cached answer. The answer of a running lookup is given to the callers that wait, and is not cached. */
  forget(key: string): void {
    this.cache.delete(key);
    this.inFlight.delete(key);
  }
}

/**
 * Waits for work that other callers may wait for too. If the signal is aborted, only this wait rejects, and the work
 * continues. The rejection counts as an internal error of the hub.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new Error('The lookup was stopped, because the hub is stopping. The hub retries the delivery.'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Waits for work at most `timeoutMs` milliseconds. After this time the work continues, because other callers may wait
 * for it too.
 * @param late creates the error if the wait takes too long
 */
export function withTimeout<T>(work: Promise<T>, timeoutMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timeoutAfterReads(() => reject(late()), timeoutMs);
    work.then(resolve, reject).finally(cancel);
  });
}
