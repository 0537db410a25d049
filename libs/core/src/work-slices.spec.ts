import { describe, expect, it } from '@jest/globals';
import { WorkSlices } from './work-slices.js';

/** Keeps the event loop busy for so many milliseconds. */
function hold(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('long work in slices', () => {
  it('lets others have a turn before it has ended, and keeps the order of its results', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('other work'));
    const results = await new WorkSlices().map([1, 2, 3], (item) => {
      hold(15);
      return item * 2;
    });
    order.push('ended');
    expect(results).toEqual([2, 4, 6]);
    expect(order).toEqual(['other work', 'ended']);
  });
});
