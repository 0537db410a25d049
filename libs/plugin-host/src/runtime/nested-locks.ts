import type { Locks } from './locks.port.js';

/**
 * Locks that hold wherever the outer ones end and the inner ones begin: those of this process around those between
 * processes, so that the many who wait here ask there as one.
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
