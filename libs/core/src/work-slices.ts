/** How long work may hold the event loop before others get a turn, in milliseconds. */
const SLICE_MS = 10;

/**
 * Divides long synchronous work, so that other calls, timers and sockets get a turn between its parts. Only the schedule
 * depends on the time, never a result.
 */
export class WorkSlices {
  private began = performance.now();

  /** Maps each item in turn, and yields to the event loop when a slice is used up. */
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
