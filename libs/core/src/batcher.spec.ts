import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Batcher, lingerTime, type BatcherLoad, type BatcherOptions } from './batcher.js';

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

const overlap = { smallBelow: 10, lingerMs: 4, maxLingerMs: 8 };

describe('lingerTime', () => {
  const waits: BatcherOptions = { lingerMs: 1, maxBatch: 20, maxInFlight: 2, overlap };
  const alone: BatcherLoad = { waitingSize: 1, inFlight: 0, isOverlapping: false };

  it.each<[string, Partial<BatcherLoad>, number | null]>([
    ['is short for an item without others', {}, 1],
    ['is longer for items that overlap', { waitingSize: 2, isOverlapping: true }, 4],
    ['is longest for items that overlap while a batch is flushed', { inFlight: 1, isOverlapping: true }, 8],
    ['ends when another batch ends, at the maximum of batches', { inFlight: 2, isOverlapping: true }, null],
    ['is short for a large batch', { waitingSize: 10, inFlight: 1, isOverlapping: true }, 1],
    ['is 0 for a full batch', { waitingSize: 20, inFlight: 1, isOverlapping: true }, 0],
    ['ends when another batch ends, even for a full batch', { waitingSize: 20, inFlight: 2 }, null],
  ])('%s', (_what, load, expected) => {
    expect(lingerTime({ ...alone, ...load }, waits)).toBe(expected);
  });

  it('is always the same without options for items that overlap', () => {
    const { overlap: _, ...plain } = waits;
    expect(lingerTime({ waitingSize: 2, inFlight: 1, isOverlapping: true }, plain)).toBe(1);
  });
});

describe('Batcher with items that overlap', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Returns a batcher that records its batches, and a function that ends the oldest batch that is being flushed. */
  function recording() {
    const batches: number[][] = [];
    const ends: (() => void)[] = [];
    const batcher = new Batcher<number, number>(
      async (items) => {
        batches.push([...items]);
        await new Promise<void>((resolve) => ends.push(resolve));
        return items;
      },
      { lingerMs: 1, maxBatch: 20, maxInFlight: 2, overlap },
    );
    const end = async (): Promise<void> => {
      ends.shift()?.();
      await jest.advanceTimersByTimeAsync(0);
    };
    return { batcher, batches, end };
  }

  it('lets a sender that sends one item after the other wait no longer', async () => {
    const { batcher, batches, end } = recording();
    for (const item of [1, 2, 3]) {
      const result = batcher.add(item);
      await jest.advanceTimersByTimeAsync(1);
      expect(batches).toHaveLength(item);
      await end();
      expect(await result).toBe(item);
    }
  });

  it('counts the wait from the arrival of the first item', async () => {
    const { batcher, batches } = recording();
    void batcher.add(1);
    void batcher.add(2);
    await jest.advanceTimersByTimeAsync(3);
    void batcher.add(3);
    expect(batches).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('keeps one batch in flight while batches are small', async () => {
    const { batcher, batches, end } = recording();
    void batcher.add(1);
    await jest.advanceTimersByTimeAsync(1);
    void batcher.add(2);
    await jest.advanceTimersByTimeAsync(7);
    expect(batches).toEqual([[1]]);
    await end();
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1], [2]]);
  });

  it('flushes a small batch at the latest after the maximum wait, even if another batch never ends', async () => {
    const { batcher, batches } = recording();
    void batcher.add(1);
    await jest.advanceTimersByTimeAsync(1);
    void batcher.add(2);
    await jest.advanceTimersByTimeAsync(8);
    expect(batches).toEqual([[1], [2]]);
  });

  it('flushes a large batch while another batch is flushed', async () => {
    const { batcher, batches } = recording();
    void batcher.add(1);
    await jest.advanceTimersByTimeAsync(1);
    void batcher.add(2, 9);
    await jest.advanceTimersByTimeAsync(2);
    void batcher.add(3, 1);
    await jest.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1], [2, 3]]);
  });
});
