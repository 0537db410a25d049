import type { Locks } from './locks.port.js';

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
    try {
      await untilAborted(before, signal);
      return await fn();
    } finally {
      free();
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
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
