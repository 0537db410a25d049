/** Port that runs one function at a time per key. */
export interface Locks {
  /** Waits for the lock, then runs `fn`. If the signal fires during the wait, rejects with the signal's reason. */
  run<T>(key: string, fn: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Locks within this process, sufficient for a single worker. Waiters run in the order of their arrival. */
export class InProcessLocks implements Locks {
  private readonly tails = new Map<string, Promise<void>>();

  async run<T>(key: string, fn: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    let free = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      free = resolve;
    });
    const tail = before.then(() => mine);
    this.tails.set(key, tail);
    // A waiter that gives up leaves its place while an earlier caller still runs, so only the end of all of them counts.
    void tail.then(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    try {
      await untilAborted(before, signal);
      return await fn();
    } finally {
      free();
    }
  }
}

/**
 * Combines locks within this process (outer) with locks between processes (inner). Callers in this process wait for the
 * outer lock, so only one caller at a time requests the inner lock.
 */
export class NestedLocks implements Locks {
  constructor(
    private readonly outer: Locks,
    private readonly inner: Locks,
  ) {}

  run<T>(key: string, fn: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.outer.run(key, () => this.inner.run(key, fn, signal), signal);
  }
}

async function untilAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () =>
      reject(
        signal.reason instanceof Error
          ? signal.reason
          : new Error('The wait for a lock was ended, because the hub is stopping.'),
      );
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([turn, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
