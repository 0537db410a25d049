/** Limits of a {@link Batcher}. */
export interface BatcherOptions {
  /** Time that the first item of a batch waits for further items, in milliseconds. */
  readonly lingerMs: number;
  /** Maximum sum of item sizes per batch. A larger single item forms a batch of its own, because no item is split. */
  readonly maxBatch: number;
  /** Maximum number of batches that are flushed at the same time. */
  readonly maxInFlight: number;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly size: number;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/**
 * Collects items that arrive close together into batches. The items of a batch share one round trip to the database.
 *
 * `flush` receives a batch and returns one result per item, in the same order. If the promise of `flush` rejects, every
 * item of the batch fails with its error. `flush` must not throw synchronously.
 */
export class Batcher<T, R> {
  private readonly waiting: Waiting<T, R>[] = [];
  private timer: NodeJS.Timeout | null = null;
  private waitingSize = 0;
  private inFlight = 0;
  private readonly idle: (() => void)[] = [];

  constructor(
    private readonly flush: (items: readonly T[]) => Promise<readonly R[]>,
    private readonly options: BatcherOptions,
  ) {}

  /** Sum of the sizes of the items that wait for a batch. */
  get queued(): number {
    return this.waitingSize;
  }

  /** Adds an item. Resolves with the item's result after its batch was flushed. @param size see {@link BatcherOptions} */
  add(item: T, size = 1): Promise<R> {
    const result = new Promise<R>((resolve, reject) => this.waiting.push({ item, size, resolve, reject }));
    this.waitingSize += size;
    this.schedule();
    return result;
  }

  /** Resolves when no item waits and no batch is being flushed. */
  async drained(): Promise<void> {
    if (this.waiting.length === 0 && this.inFlight === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private schedule(): void {
    if (this.inFlight >= this.options.maxInFlight) return;
    if (this.waitingSize >= this.options.maxBatch) this.flushNext();
    else this.timer ??= setTimeout(this.flushNext.bind(this), this.options.lingerMs);
  }

  private flushNext(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const batch = this.takeBatch();
    if (batch.length === 0) return;
    this.inFlight += 1;
    const items: T[] = [];
    for (const { item } of batch) items.push(item);
    void this.settle(batch, this.flush(items));
    // The remaining items may already fill another batch, because items differ in size.
    if (this.waiting.length > 0) this.schedule();
  }

  /** Settles the promises of a batch's items after the batch was flushed. Never throws. */
  private async settle(batch: readonly Waiting<T, R>[], flushed: Promise<readonly R[]>): Promise<void> {
    try {
      const results = await flushed;
      if (results.length !== batch.length)
        throw new Error(`The flush of a batch of ${batch.length} items returned ${results.length} results.`);
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
    this.inFlight -= 1;
    if (this.waiting.length > 0) this.schedule();
    else if (this.inFlight === 0) for (const resolve of this.idle.splice(0)) resolve();
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
}
