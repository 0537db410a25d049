import { describe, expect, it } from '@jest/globals';
import { mapInSlices } from './work-slices.js';

/** Blocks the event loop for `ms` milliseconds. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('mapInSlices', () => {
  it('yields to other work before it ends, and keeps the order of its results', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('other work'));
    const results = await mapInSlices([1, 2, 3], (item) => {
      block(15);
      return item * 2;
    });
    order.push('ended');
    expect(results).toEqual([2, 4, 6]);
    expect(order).toEqual(['other work', 'ended']);
  });
});
