/** List that keeps its newest `limit` entries and lets a reader wait for further entries. */
export class RingBuffer<T> {
  private readonly kept: T[] = [];
  private readonly waiting = new Set<() => void>();
  private total = 0;

  constructor(private readonly limit: number) {}

  /** The kept entries, oldest first. */
  get entries(): readonly T[] {
    return this.kept;
  }

  /** Number of entries ever added, including removed entries. */
  get count(): number {
    return this.total;
  }

  push(entry: T): void {
    this.total += 1;
    this.kept.push(entry);
    if (this.kept.length > this.limit) this.kept.shift();
    for (const wake of this.waiting) wake();
  }

  /** Resolves once `count` entries have been added in total. There is no time limit, so the caller must set one. */
  async reach(count: number): Promise<void> {
    while (this.total < count) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.waiting.delete(wake);
          resolve();
        };
        this.waiting.add(wake);
      });
    }
  }

  clear(): void {
    this.kept.length = 0;
    this.total = 0;
  }
}
