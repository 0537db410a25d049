import { describe, expect, it } from '@jest/globals';
import { DestinationQueue } from './destination-queue.js';
import { ConcurrencyLimiter } from './concurrency-limiter.js';

const LIMIT = 16;

function limiterOf() {
  const woken: string[] = [];
  const limiter = new ConcurrencyLimiter(LIMIT, (destinationId) => woken.push(destinationId));
  const queues = new Map<string, DestinationQueue>();
  const queue = (id: string): DestinationQueue => {
    const one = queues.get(id) ?? new DestinationQueue(id, `brand of ${id}`);
    queues.set(id, one);
    return one;
  };
  const available = (id: string): number => limiter.available(queue(id), performance.now());
  const acquire = (id: string, calls: number): void => limiter.acquire(queue(id), calls, performance.now());
  const release = (id: string, calls: number): void => limiter.release(queue(id), calls);
  /** Waits for capacity until the slice of the destination times out. */
  const leave = (id: string): Promise<boolean> => limiter.waitForCapacity(queue(id), 1);
  return { woken, limiter, queue, available, acquire, release, leave };
}

describe('ConcurrencyLimiter', () => {
  it('counts acquired capacity, in total and per brand, until it is released', () => {
    const { available, acquire, release } = limiterOf();
    expect(available('a')).toBeGreaterThanOrEqual(LIMIT / 2);
    acquire('a', LIMIT / 2);
    acquire('b', LIMIT / 2);
    expect([available('a'), available('b'), available('c')]).toEqual([0, 0, 0]);
    release('b', LIMIT / 2);
    expect(available('a')).toBeLessThan(available('c'));
    release('a', LIMIT / 2);
    expect(available('a')).toBe(available('c'));
  });

  it('resumes a waiting slice when capacity for its destination is released', async () => {
    const { woken, limiter, queue, acquire, release } = limiterOf();
    acquire('a', LIMIT);
    const waited = limiter.waitForCapacity(queue('b'), 60_000);
    expect(limiter.isWaiting(queue('b'))).toBe(true);
    release('a', 4);
    expect(await waited).toBe(true);
    expect([limiter.isWaiting(queue('b')), woken]).toEqual([false, []]);
  });

  it('wakes a destination once if its slice has ended, and lets no second slice of it wait', async () => {
    const { woken, limiter, queue, acquire, release, leave } = limiterOf();
    acquire('a', LIMIT);
    expect(await leave('b')).toBe(false);
    expect(await limiter.waitForCapacity(queue('b'), 60_000)).toBe(false);
    release('a', 4);
    release('a', 4);
    expect(woken).toEqual(['b']);
  });

  it('offers capacity to the longest-waiting destination first, and skips destinations that have their share', async () => {
    const { woken, acquire, release, leave } = limiterOf();
    acquire('a', 9);
    acquire('b', 4);
    acquire('c', 3);
    for (const id of ['a', 'd', 'e']) await leave(id);
    release('c', 2);
    expect(woken).toEqual(['d']);
    release('c', 1);
    expect(woken).toEqual(['d', 'e']);
  });

  it('offers released capacity to the releasing destination as well', async () => {
    const { woken, acquire, release, leave } = limiterOf();
    acquire('a', 8);
    acquire('b', 8);
    await leave('b');
    await leave('a');
    release('a', 7);
    expect(woken).toContain('a');
  });

  it('wakes all waiting destinations once capacity is uncontended, so that none waits after the last call', async () => {
    const { woken, acquire, release, leave } = limiterOf();
    acquire('a', LIMIT);
    const others = Array.from({ length: 50 }, (_, index) => `other-${index}`);
    await Promise.all(others.map(leave));
    for (let ended = 0; ended < LIMIT; ended += 1) release('a', 1);
    expect(woken.toSorted()).toEqual(others.toSorted());
  });
});
