import { setTimeout as delay } from 'node:timers/promises';

/** Time limit for one answer of a watched place, in milliseconds. */
export const ANSWER_LIMIT_MS = 60_000;

/**
 * Returns the result of a call of a place.
 * @throws Error if the place does not answer in time, because a silent place would stop all others
 */
export async function answerWithin<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      work,
      delay(limitMs, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`The place did not answer within ${limitMs} ms.`);
      }),
    ]);
  } finally {
    timer.abort();
  }
}

/** Yields bytes of a place. The time between two reads of the caller does not count. Throws as {@link answerWithin}. */
export async function* bytesWithin(limitMs: number, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  let isReading = false;
  try {
    for (;;) {
      isReading = true;
      const next = await answerWithin(limitMs, iterator.next());
      isReading = false;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // A generator that still waits for bytes does not end before they arrive. Closing the place ends it.
    const ended = iterator.return?.();
    if (!isReading) await ended;
    else ended?.catch(() => undefined);
  }
}
