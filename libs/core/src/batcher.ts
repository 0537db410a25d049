/** How a {@link Batcher} gathers. */
export interface BatcherOptions<T> {
  /** How long the first item of a batch waits for company, in milliseconds. */
  readonly lingerMs: number;
  /** Sum of sizes in one batch, at most. An item that is larger on its own is a batch of its own: no item is split. */
  readonly maxBatch: number;
  /** Batches being flushed at the same time, at most. */
  readonly maxInFlight: number;
  /** Size of an item; left out: every item counts as 1. */
  readonly sizeOf?: (item: T) => number;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly size: number;
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
  private waitingSize = 0;
  private inFlight = 0;
  private readonly idle: (() => void)[] = [];

  constructor(
    private readonly flush: (items: readonly T[]) => Promise<readonly R[]>,
    private readonly options: BatcherOptions<T>,
  ) {}

  /** Sum of the sizes of items that no batch has taken yet. */
  get queued(): number {
    return this.waitingSize;
  }

  /** Resolves with the item's result after its batch was flushed. */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      const size = this.options.sizeOf?.(item) ?? 1;
      this.waiting.push({ item, size, resolve, reject });
      this.waitingSize += size;
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
    if (this.waitingSize >= this.options.maxBatch) this.start();
    else this.timer ??= setTimeout(() => this.start(), this.options.lingerMs);
  }

  private start(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const batch = this.takeBatch();
    if (batch.length === 0) return;
    this.inFlight += 1;
    void this.run(batch).finally(() => {
      this.inFlight -= 1;
      if (this.waiting.length > 0) this.schedule();
      else if (this.inFlight === 0) for (const resolve of this.idle.splice(0)) resolve();
    });
    // Items differ in size, so a full batch may leave some over.
    if (this.waiting.length > 0) this.schedule();
  }

  private takeBatch(): readonly Waiting<T, R>[] {
    let count = 0;
    let size = 0;
    for (const waiting of this.waiting) {
      if (count > 0 && size + waiting.size > this.options.maxBatch) break;
      count += 1;
      size += waiting.size;
    }
    this.waitingSize -= size;
    return this.waiting.splice(0, count);
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
