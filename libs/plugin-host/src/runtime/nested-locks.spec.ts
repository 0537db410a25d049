import { describe, expect, it } from '@jest/globals';
import { InProcessLocks } from './in-process-locks.js';
import type { Locks } from './locks.port.js';
import { NestedLocks } from './nested-locks.js';

describe('NestedLocks', () => {
  it('takes the inner lock once at a time per key, however many callers wait for the outer lock', async () => {
    let asking = 0;
    let most = 0;
    const inner: Locks = {
      run: async (_key, fn) => {
        most = Math.max(most, (asking += 1));
        await new Promise((resolve) => setImmediate(resolve));
        return fn().finally(() => (asking -= 1));
      },
    };
    const locks = new NestedLocks(new InProcessLocks(), inner);
    const { signal } = new AbortController();
    const results = [1, 2, 3, 4].map((n) => locks.run('key', () => Promise.resolve(n), signal));
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4]);
    expect(most).toBe(1);
  });
});
