/** Slices that run at the same time. */
const CONCURRENCY = 64;

/** Runs slices in this process while the queue cannot be used: each destination once at a time, 64 at once. */
export class LocalSliceRunner {
  private readonly waiting = new Set<string>();
  private readonly running = new Map<string, Promise<void>>();

  /** @param slice one bounded slice of one destination */
  constructor(
    private readonly slice: (destinationId: string) => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** A wake-up during a slice of the same destination is kept: that slice may have looked already. */
  run(destinationIds: Iterable<string>): void {
    for (const id of destinationIds) this.waiting.add(id);
    this.startNext();
  }

  /** Starts no more; resolves when all that run have ended. */
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
