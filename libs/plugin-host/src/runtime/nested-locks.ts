import type { Locks } from './locks.port.js';

/**
 * Combines locks within this process (outer) with locks between processes (inner). Callers in this process wait for the
 * outer lock, so only one of them at a time requests the inner lock.
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
