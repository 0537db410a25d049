/** Runs one thing at a time for a key. */
export interface Locks {
  /** Waits for its turn, then runs `fn`. Rejects with the signal's reason where it fires while waiting. */
  run<T>(key: string, fn: () => Promise<T>, signal: AbortSignal): Promise<T>;
}
