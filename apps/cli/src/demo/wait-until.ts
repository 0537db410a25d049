import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 100;

/**
 * Calls `poll` until its promise resolves with a value. Resolves with undefined at the time limit. Rejects when the
 * signal is aborted, or with the error of `poll`.
 */
export async function until<T>(
  poll: () => Promise<T | undefined>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const value = await poll();
    if (value !== undefined) return value;
    if (performance.now() >= end) return undefined;
    await delay(POLL_INTERVAL_MS, undefined, { signal });
  }
}
