import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 100;

/**
 * Asks until there is an answer. Resolves with undefined where there is none in time; rejects as soon as the signal is
 * aborted, or with what `ask` throws.
 */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= end) return undefined;
    await delay(POLL_INTERVAL_MS, undefined, { signal });
  }
}
