const INTERVAL_MS = 100;

/** Measures how long the event loop was blocked, or the process was suspended. */
export class LoopStalls {
  private total = 0;
  private tickAt = performance.now();
  private readonly timer = setInterval(() => this.tick(), INTERVAL_MS).unref();

  /** Total time of all stalls since the start, in milliseconds. */
  get totalMs(): number {
    return this.total;
  }

  /** Stops measuring. */
  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = performance.now();
    this.total += Math.max(0, now - this.tickAt - INTERVAL_MS);
    this.tickAt = now;
  }
}
