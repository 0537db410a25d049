/** How a {@link Batcher} gathers. */
export interface BatcherOptions {
  /** How long the first item of a batch waits for company, in milliseconds. */
  readonly lingerMs: number;
  /** Items in one batch, at most. */
  readonly maxBatch: number;
  /** Batches being flushed at the same time, at most. */
  readonly maxInFlight: number;
}

interface Waiting<T, R> {
  readonly item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/**
 * Gathers items that arrive close together, so that they share one trip to the database.
 *
 * `flush` gets a batch and returns one result an item, in order; if it throws, every item of the batch fails with that
 * error.
 */
export class Batcher<T, R> {
  private readonly waiting: Waiting<T, R>[] = [];
  private timer: NodeJS.Timeout | null = null;
  private inFlight = 0;
  private readonly idle: (() => void)[] = [];

  constructor(
    private readonly flush: (items: readonly T[]) => Promise<readonly R[]>,
    private readonly options: BatcherOptions,
  ) {}

  /** Items that no batch has taken yet. */
  get queued(): number {
    return this.waiting.length;
  }

  /** Resolves with the item's result after its batch was flushed. */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** Resolves when nothing waits and nothing is being flushed. */
  async drained(): Promise<void> {
    if (this.waiting.length === 0 && this.inFlight === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private schedule(): void {
    if (this.inFlight >= this.options.maxInFlight) return;
    if (this.waiting.length >= this.options.maxBatch) this.start();
    else this.timer ??= setTimeout(() => this.start(), this.options.lingerMs);
  }

  private start(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const batch = this.waiting.splice(0, this.options.maxBatch);
    if (batch.length === 0) return;
    this.inFlight += 1;
    void this.run(batch).finally(() => {
      this.inFlight -= 1;
      if (this.waiting.length > 0) this.schedule();
      else if (this.inFlight === 0) for (const resolve of this.idle.splice(0)) resolve();
    });
  }

  private async run(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.flush(batch.map((waiting) => waiting.item));
      if (results.length !== batch.length)
        throw new Error(`A batch of ${batch.length} gave ${results.length} results.`);
      results.forEach((result, index) => batch[index]?.resolve(result));
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }
}
