/** Limits of a {@link Batcher}. Times are in milliseconds. */
export interface BatcherOptions {
  /** Time that the first item of a batch waits for further items. */
  readonly lingerMs: number;
  /** Maximum sum of item sizes per batch. A larger single item forms a batch of its own, because no item is split. */
  readonly maxBatch: number;
  /** Maximum number of batches that are flushed at the same time. */
  readonly maxInFlight: number;
  /** Longer waits while items overlap. Absent if every batch waits for `lingerMs`. */
  readonly overlap?: OverlapOptions;
}

/**
 * Waits for small batches while items overlap. Items overlap if an item arrives while others wait or are flushed, or
 * directly after a batch of several items. A sender that sends one item after the other never waits longer.
 */
export interface OverlapOptions {
  /** Sum of item sizes below which a batch is small. */
  readonly smallBelow: number;
  /** Time that the first item waits if no batch is being flushed. */
  readonly lingerMs: number;
  /** Time that the first item waits at most for the end of the batches that are being flushed. */
  readonly maxLingerMs: number;
}

/** State of a {@link Batcher} that decides how long the next batch waits. */
export interface BatcherLoad {
  /** Sum of the sizes of the waiting items. */
  readonly waitingSize: number;
  /** Number of batches that are being flushed. */
  readonly inFlight: number;
  /** True if items overlap; see {@link OverlapOptions}. */
  readonly isOverlapping: boolean;
}

/**
 * Returns the time from the arrival of the first waiting item until its batch is flushed, in milliseconds. Null if the
 * batch waits for the end of another batch.
 */
export function lingerTime(
  { waitingSize, inFlight, isOverlapping }: BatcherLoad,
  { lingerMs, maxBatch, maxInFlight, overlap }: BatcherOptions,
): number | null {
  if (inFlight >= maxInFlight) return null;
  if (waitingSize >= maxBatch) return 0;
  if (overlap === undefined || !isOverlapping || waitingSize >= overlap.smallBelow) return lingerMs;
  return inFlight === 0 ? overlap.lingerMs : overlap.maxLingerMs;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly size: number;
  /** Time of arrival by the monotonic clock, in milliseconds. */
  readonly arrivedAt: number;
  resolve(result: R | PromiseLike<R>): void;
  reject(error: unknown): void;
}

/**
 * Collects items that arrive close together into batches. The items of a batch share one round trip to the database.
 *
 * `flush` receives a batch and returns one result per item, in the same order. A result may be a promise, for an item that
 * takes longer than its batch. If the promise of `flush` rejects, every item of the batch fails with its error. `flush`
 * must not throw synchronously.
 */
export class Batcher<T, R> {
  private readonly waiting: Waiting<T, R>[] = [];
  private timer: NodeJS.Timeout | null = null;
  /** Time at which the timer fires, by the monotonic clock, in milliseconds. */
  private timerAt = 0;
  private waitingSize = 0;
  private inFlight = 0;
  /** Number of items of the newest batch. */
  private newestCount = 0;
  private isOverlapping = false;
  private readonly idle: (() => void)[] = [];

  constructor(
    private readonly flush: (items: readonly T[]) => Promise<readonly (R | PromiseLike<R>)[]>,
    private readonly options: BatcherOptions,
  ) {}

  /** Sum of the sizes of the items that wait for a batch. */
  get queued(): number {
    return this.waitingSize;
  }

  /** Time for which the oldest waiting item has waited for a batch, in milliseconds. 0 if no item waits. */
  get oldestWaitMs(): number {
    const [first] = this.waiting;
    return first === undefined ? 0 : performance.now() - first.arrivedAt;
  }

  /** Adds an item. Resolves with the item's result after its batch was flushed. @param size see {@link BatcherOptions} */
  add(item: T, size = 1): Promise<R> {
    const arrivedAt = performance.now();
    this.isOverlapping = this.waiting.length > 0 || this.inFlight > 0 || this.newestCount > 1;
    const result = new Promise<R>((resolve, reject) => this.waiting.push({ item, size, arrivedAt, resolve, reject }));
    this.waitingSize += size;
    this.schedule();
    return result;
  }

  /** Resolves when no item waits and no batch is being flushed. */
  async drained(): Promise<void> {
    if (this.waiting.length === 0 && this.inFlight === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  /**
   * Flushes a full batch, or sets the timer for the next batch. The timer fires in a later turn of the event loop, because
   * the current turn may receive more items.
   */
  private schedule(): void {
    const [first] = this.waiting;
    const { waitingSize, inFlight, isOverlapping, options } = this;
    const lingerMs = lingerTime({ waitingSize, inFlight, isOverlapping }, options);
    if (first === undefined || lingerMs === null) return;
    if (waitingSize >= options.maxBatch) return this.flushNext();
    const flushAt = first.arrivedAt + lingerMs;
    if (this.timer !== null && flushAt === this.timerAt) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timerAt = flushAt;
    this.timer = setTimeout(this.flushNext.bind(this), Math.max(0, Math.ceil(flushAt - performance.now())));
  }

  private flushNext(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const batch = this.takeBatch();
    if (batch.length === 0) return;
    this.inFlight += 1;
    this.newestCount = batch.length;
    const items: T[] = [];
    for (const { item } of batch) items.push(item);
    void this.settle(batch, this.flush(items));
    // The remaining items may already fill another batch, because items differ in size.
    this.schedule();
  }

  /** Settles the promises of a batch's items after the batch was flushed. Never throws. */
  private async settle(
    batch: readonly Waiting<T, R>[],
    flushed: Promise<readonly (R | PromiseLike<R>)[]>,
  ): Promise<void> {
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
