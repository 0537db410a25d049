import { describe, expect, it } from '@jest/globals';
import { Batcher } from './batcher.js';

const options = { lingerMs: 1, maxBatch: 3, maxInFlight: 1 };

describe('Batcher', () => {
  it('batches items that arrive together, in order, and resolves each with its own result', async () => {
    const batches: number[][] = [];
    const batcher = new Batcher<number, string>((items) => {
      batches.push([...items]);
      return Promise.resolve(items.map((item) => `r${item}`));
    }, options);
    const results = await Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
    expect(results).toEqual(['r1', 'r2', 'r3', 'r4', 'r5']);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('flushes an item larger than maxBatch as a batch of its own', async () => {
    const batches: number[][] = [];
    const batcher = new Batcher<number, number>((items) => {
      batches.push([...items]);
      return Promise.resolve(items);
    }, options);
    const results = Promise.all([1, 2, 1, 7, 2, 2].map((item) => batcher.add(item, item)));
    expect(batcher.queued).toBe(12);
    await results;
    expect(batches).toEqual([[1, 2], [1], [7], [2], [2]]);
    expect(batcher.queued).toBe(0);
  });

  it('never flushes more than maxInFlight batches at the same time', async () => {
    let inFlight = 0;
    let most = 0;
    const batcher = new Batcher<number, number>(
      async (items) => {
        most = Math.max(most, (inFlight += 1));
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
        return items;
      },
      { ...options, maxBatch: 1, maxInFlight: 2 },
    );
    await Promise.all([1, 2, 3, 4, 5, 6].map((item) => batcher.add(item)));
    expect(most).toBe(2);
  });

  it('flushes the items that a full batch left over without waiting for that batch', async () => {
    const batches: number[][] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const batcher = new Batcher<number, number>(
      async (items) => {
        batches.push([...items]);
        if (batches.length === 1) await held;
        return items;
      },
      { ...options, maxInFlight: 2 },
    );
    const first = batcher.add(2, 2);
    // The sizes 2 and 3 together exceed maxBatch, which is 3.
    expect(await batcher.add(3, 3)).toBe(3);
    expect(batches).toEqual([[2], [3]]);
    release();
    await first;
  });

  it('rejects only the items of the batch that failed', async () => {
    const batcher = new Batcher<number, number>(
      (items) => (items.includes(2) ? Promise.reject(new Error('refused')) : Promise.resolve(items)),
      { ...options, maxBatch: 1 },
    );
    const settled = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects if the flush returns too few results', async () => {
    const batcher = new Batcher<number, number>(() => Promise.resolve([]), options);
    await expect(batcher.add(1)).rejects.toThrow('returned 0 results');
  });

  it('resolves drained() only after the last flush', async () => {
    let release: () => void = () => undefined;
    const batcher = new Batcher<number, number>(async (items) => {
      await new Promise<void>((resolve) => (release = resolve));
      return items;
    }, options);
    const result = batcher.add(1);
    let drained = false;
    const waiting = batcher.drained().then(() => (drained = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(drained).toBe(false);
    release();
    await Promise.all([result, waiting]);
    expect(batcher.queued).toBe(0);
    await batcher.drained();
  });
});
