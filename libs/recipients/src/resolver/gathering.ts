interface Waiting<V> {
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers single questions into one call: it goes out when it is full, or when the first has waited long enough. */
export class Gathering<K, V> {
  private waiting = new Map<K, Waiting<V>[]>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param ask answers the keys it knows; its failure is everybody's in the call
   * @param size keys in one call at most
   * @param withinMs how long the first key waits for others, in milliseconds
   */
  constructor(
    private readonly ask: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
    private readonly size: number,
    private readonly withinMs: number,
  ) {}

  /** Undefined where the call did not answer this key. */
  add(key: K): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      const others = this.waiting.get(key);
      if (others !== undefined) others.push({ resolve, reject });
      else this.waiting.set(key, [{ resolve, reject }]);
      if (this.waiting.size >= this.size) this.flush();
      else this.timer ??= setTimeout(() => this.flush(), this.withinMs);
    });
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const gathered = this.waiting;
    this.waiting = new Map();
    void this.answer(gathered);
  }

  private async answer(gathered: ReadonlyMap<K, readonly Waiting<V>[]>): Promise<void> {
    try {
      const answers = await this.ask([...gathered.keys()]);
      for (const [key, all] of gathered) for (const { resolve } of all) resolve(answers.get(key));
    } catch (error) {
      for (const all of gathered.values()) for (const { reject } of all) reject(error);
    }
  }
}
