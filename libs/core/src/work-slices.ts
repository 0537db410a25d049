import { setImmediate } from 'node:timers/promises';

/** Time for which synchronous work may block the event loop before the work yields to other work, in milliseconds. */
export const SLICE_MS = 10;

/**
 * Maps the items in order, and yields to the event loop after every {@link SLICE_MS}. Other requests, timers and
 * sockets are served in between. The time only determines when the work runs, never its result.
 */
export async function mapInSlices<T, U>(items: readonly T[], work: (item: T) => U): Promise<U[]> {
  const results: U[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  for (const item of items) {
    if (performance.now() > sliceEnd) {
      await setImmediate();
      sliceEnd = performance.now() + SLICE_MS;
    }
    results.push(work(item));
  }
  return results;
}
