/** Port that runs one function at a time per key. */
export interface Locks {
  /** Waits for the lock, then runs `fn`. Rejects with the signal's reason if it fires during the wait. */
  run<T>(key: string, fn: () => Promise<T>, signal: AbortSignal): Promise<T>;
}
