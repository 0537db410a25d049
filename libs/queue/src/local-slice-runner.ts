/** Maximum number of slices that run at the same time. */
const CONCURRENCY = 64;

/**
 * Runs slices (bounded rounds of claims) in this process while the queue is unavailable: at most 64 slices at once, and
 * one slice per destination.
 */
export class LocalSliceRunner {
  private readonly waiting = new Set<string>();
  private readonly running = new Map<string, Promise<void>>();

  /** @param slice runs one slice (a bounded round of claims) of a destination */
  constructor(
    private readonly slice: (destinationId: string) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /**
   * Wakes destinations. A wake-up during a destination's slice is kept, because the slice may already have claimed its
   * deliveries.
   */
  run(destinationIds: Iterable<string>): void {
    for (const id of destinationIds) this.waiting.add(id);
    this.startNext();
  }

  /** Starts no more slices. Resolves when all running slices have ended. */
  async close(): Promise<void> {
    this.waiting.clear();
    await Promise.all(this.running.values());
  }

  private startNext(): void {
    for (const id of this.waiting) {
      if (this.running.size >= CONCURRENCY) return;
      if (this.running.has(id)) continue;
      this.waiting.delete(id);
      this.running.set(id, this.runOne(id));
    }
  }

  private async runOne(destinationId: string): Promise<void> {
    try {
      await this.slice(destinationId);
    } catch (error) {
      this.onError(error);
    } finally {
      this.running.delete(destinationId);
      this.startNext();
    }
  }
}
