interface Waiting<V> {
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects single lookups into one call. The call is sent when it is full, or when the first lookup has waited for
 * `withinMs`.
 */
export class LookupBatcher<K, V> {
  private waiting = new Map<K, Waiting<V>[]>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param ask looks up several keys; if it fails, all lookups of the call fail
   * @param size maximum number of keys per call
   * @param withinMs longest time that the first key of a call waits for further keys, in milliseconds
   */
  constructor(
    private readonly ask: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
    private readonly size: number,
    private readonly withinMs: number,
  ) {}

  /** Adds a key to the next call. Resolves with undefined if the answer does not contain the key. */
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
    const batch = this.waiting;
    this.waiting = new Map();
    void this.send(batch);
  }

  private async send(batch: ReadonlyMap<K, readonly Waiting<V>[]>): Promise<void> {
    try {
      const answers = await this.ask([...batch.keys()]);
      for (const [key, all] of batch) for (const { resolve } of all) resolve(answers.get(key));
    } catch (error) {
      for (const all of batch.values()) for (const { reject } of all) reject(error);
    }
  }
}
