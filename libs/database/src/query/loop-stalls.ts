const INTERVAL_MS = 100;

/** Measures how long the event loop was blocked, or the process was suspended. */
export class LoopStalls {
  /** Total time of all stalls since the start, in milliseconds. Only {@link tick} changes this field. */
  totalMs = 0;
  private tickAt = performance.now();
  private readonly timer = setInterval(() => this.tick(), INTERVAL_MS).unref();

  /** Stops measuring. */
  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = performance.now();
    this.totalMs += Math.max(0, now - this.tickAt - INTERVAL_MS);
    this.tickAt = now;
  }
}
