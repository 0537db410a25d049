import { setImmediate } from 'node:timers/promises';

/** Time for which synchronous work may block the event loop before the work yields to other work, in milliseconds. */
export const SLICE_MS = 10;

/** Divides synchronous work into slices. Other requests, timers and sockets are served between two slices. */
export class WorkSlices {
  private end: number;

  /** @param sliceMs duration of a slice, in milliseconds */
  constructor(private readonly sliceMs = SLICE_MS) {
    this.end = performance.now() + sliceMs;
  }

  /** True if the current slice has lasted long enough, so that the work has to wait for {@link next}. */
  get isOver(): boolean {
    return performance.now() > this.end;
  }

  /** Yields to the event loop, and begins the next slice. */
  async next(): Promise<void> {
    await setImmediate();
    this.end = performance.now() + this.sliceMs;
  }
}

/**
 * Maps the items in order, and yields to the event loop after every {@link SLICE_MS}. The time only determines when the
 * work runs, never its result.
 */
export async function mapInSlices<T, U>(items: readonly T[], work: (item: T) => U): Promise<U[]> {
  const results: U[] = [];
  const slices = new WorkSlices();
  for (const item of items) {
    if (slices.isOver) await slices.next();
    results.push(work(item));
  }
  return results;
}
