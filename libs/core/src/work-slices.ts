/** Time that one slice of work may block the event loop, in milliseconds. */
const SLICE_MS = 10;

/**
 * Splits long synchronous work into slices, so that other requests, timers and sockets are served between two slices.
 * The time affects only when work runs, never its result.
 */
export class WorkSlices {
  private began = performance.now();

  /** Maps the items in order, and yields to the event loop whenever a slice has used up its time. */
  async map<T, U>(items: readonly T[], work: (item: T) => U): Promise<U[]> {
    const results: U[] = [];
    for (const item of items) {
      if (performance.now() - this.began > SLICE_MS) await this.yieldToEventLoop();
      results.push(work(item));
    }
    return results;
  }

  private async yieldToEventLoop(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.began = performance.now();
  }
}
