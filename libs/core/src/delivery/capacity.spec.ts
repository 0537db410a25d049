import { describe, expect, it } from '@jest/globals';
import { availableCapacity, ConcurrencyLimiter, isUncontended, LatencyTracker, type Speed } from './capacity.js';
import { DestinationQueue } from './destination-queue.js';

const LIMIT = 1_000;

/** Lets destinations acquire all capacity that they can get, in turns, until none of them gets more. */
function crowd(destinations: readonly { readonly brand: string; readonly speed: Speed }[], batch = 100) {
  const has = destinations.map(() => 0);
  const used = (): number => has.reduce((sum, one) => sum + one, 0);
  const usedByBrand = (brand: string): number =>
    has.reduce((sum, one, index) => sum + (destinations[index]?.brand === brand ? one : 0), 0);
  for (let taken = -1; taken !== used();) {
    taken = used();
    destinations.forEach(({ brand, speed }, index) => {
      const usedByDestination = has[index] ?? 0;
      const available = availableCapacity({
        limit: LIMIT,
        used: used(),
        usedByBrand: usedByBrand(brand),
        usedByDestination,
        speed,
      });
      // The plugin limits each destination to 50 calls.
      has[index] = usedByDestination + Math.min(available, batch, 50 - usedByDestination);
    });
  }
  return { has, used: used(), usedByBrand };
}

const many = (count: number, speed: Speed, brand: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({ brand: brand(index), speed }));

describe('availableCapacity', () => {
  it.each<Speed>(['unknown', 'fast', 'slow'])(
    'is not limited by shares while less than half of the process is used: %s destination',
    (speed) => {
      for (const used of [0, 100, 399]) {
        const available = availableCapacity({ limit: LIMIT, used, usedByBrand: used, usedByDestination: used, speed });
        expect(available).toBeGreaterThanOrEqual(500 - used);
      }
      expect([isUncontended(LIMIT, 499), isUncontended(LIMIT, 500)]).toEqual([true, false]);
      expect(availableCapacity({ limit: 1, used: 0, usedByBrand: 0, usedByDestination: 0, speed })).toBe(1);
    },
  );

  it('is at most the free capacity, and 0 if none is free', () => {
    for (let used = 0; used <= 1_100; used += used < 980 ? 20 : 1) {
      const available = availableCapacity({ limit: LIMIT, used, usedByBrand: 0, usedByDestination: 0, speed: 'fast' });
      expect(available).toBeLessThanOrEqual(Math.max(0, LIMIT - used));
      expect(available).toBeGreaterThanOrEqual(used < LIMIT ? 1 : 0);
    }
  });

  it.each([20, 100, 300, 2_000])(
    'remains for a fast destination beside %i busy slow destinations of its brand',
    (count) => {
      const { used } = crowd(many(count, 'slow', () => 'flooded'));
      expect(used).toBeGreaterThan(LIMIT / 2);
      expect(used).toBeLessThanOrEqual(LIMIT - LIMIT / 8);
      const fast = { limit: LIMIT, used, usedByBrand: used, usedByDestination: 0, speed: 'fast' } as const;
      expect(availableCapacity(fast)).toBeGreaterThan(30);
    },
  );

  it.each([20, 100, 300, 2_000])('remains beside %i busy slow destinations of as many brands', (count) => {
    const { used } = crowd(many(count, 'slow', String));
    expect(used).toBeGreaterThan(LIMIT / 2);
    expect(used).toBeLessThanOrEqual(LIMIT - LIMIT / 8);
  });

  it('remains for a destination of unknown speed beside many others of unknown speed', () => {
    for (const count of [20, 100]) {
      const { used } = crowd(many(count, 'unknown', () => 'flooded'));
      expect(
        availableCapacity({ limit: LIMIT, used, usedByBrand: used, usedByDestination: 0, speed: 'unknown' }),
      ).toBeGreaterThan(0);
    }
    const { used } = crowd(many(3_000, 'unknown', () => 'flooded'));
    expect(LIMIT - used).toBeGreaterThan(50);
  });

  it('remains beside many busy fast destinations, because all of them may hang at once', () => {
    for (const brand of [String, () => 'one']) {
      const { used } = crowd(many(20, 'fast', brand));
      expect(used).toBeGreaterThan(LIMIT / 2);
      expect(LIMIT - used).toBeGreaterThan(30);
    }
  });

  it('remains for the slow destinations of a small brand beside a brand with many', () => {
    const { usedByBrand } = crowd([...many(200, 'slow', () => 'flooded'), ...many(3, 'slow', () => 'small')]);
    expect(usedByBrand('small')).toBeGreaterThan(100);
  });

  it('is divided evenly among destinations with equal demand', () => {
    for (const brand of [String, () => 'one']) {
      const { has } = crowd(many(100, 'slow', brand), 1);
      expect(Math.max(...has) - Math.min(...has)).toBeLessThanOrEqual(1);
    }
  });
});

const SMALL_LIMIT = 16;

function limiterOf() {
  const woken: string[] = [];
  const limiter = new ConcurrencyLimiter(SMALL_LIMIT, (destinationId) => woken.push(destinationId));
  const queues = new Map<string, DestinationQueue>();
  const queue = (id: string): DestinationQueue => {
    const one = queues.get(id) ?? new DestinationQueue(id, `brand of ${id}`);
    queues.set(id, one);
    return one;
  };
  const available = (id: string): number => limiter.available(queue(id), Infinity, performance.now());
  const acquire = (id: string, calls: number): void => limiter.acquire(queue(id), calls, performance.now());
  const release = (id: string, calls: number): void => limiter.release(queue(id), calls);
  /** Makes a destination wait for capacity until its slice (one bounded round of claims) times out. */
  const leave = (id: string): Promise<boolean> => limiter.waitForCapacity(queue(id), 1);
  return { woken, limiter, queue, available, acquire, release, leave };
}

describe('ConcurrencyLimiter', () => {
  it('gives capacity to deliveries from memory up to half of the limit, and only while no destination waits', async () => {
    const { limiter, queue, acquire, release, leave } = limiterOf();
    const acquireSpare = (): boolean => limiter.acquireSpare(queue('a'), performance.now());
    acquire('b', SMALL_LIMIT / 2 - 1);
    expect([acquireSpare(), acquireSpare()]).toEqual([true, false]);
    release('b', SMALL_LIMIT / 2 - 1);
    expect(acquireSpare()).toBe(true);
    await leave('c');
    expect(acquireSpare()).toBe(false);
  });

  it('counts acquired capacity, in total and per brand, until it is released', () => {
    const { available, acquire, release } = limiterOf();
    expect(available('a')).toBeGreaterThanOrEqual(SMALL_LIMIT / 2);
    acquire('a', SMALL_LIMIT / 2);
    acquire('b', SMALL_LIMIT / 2);
    expect([available('a'), available('b'), available('c')]).toEqual([0, 0, 0]);
    release('b', SMALL_LIMIT / 2);
    expect(available('a')).toBeLessThan(available('c'));
    release('a', SMALL_LIMIT / 2);
    expect(available('a')).toBe(available('c'));
  });

  it('resumes a waiting slice when capacity for its destination is released', async () => {
    const { woken, limiter, queue, acquire, release } = limiterOf();
    acquire('a', SMALL_LIMIT);
    const waited = limiter.waitForCapacity(queue('b'), 60_000);
    expect(limiter.isWaiting(queue('b'))).toBe(true);
    release('a', 4);
    expect(await waited).toBe(true);
    expect([limiter.isWaiting(queue('b')), woken]).toEqual([false, []]);
  });

  it('wakes a destination once if its slice has ended, and lets no second slice of it wait', async () => {
    const { woken, limiter, queue, acquire, release, leave } = limiterOf();
    acquire('a', SMALL_LIMIT);
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
    acquire('a', SMALL_LIMIT);
    const others = Array.from({ length: 50 }, (_, index) => `other-${index}`);
    await Promise.all(others.map(leave));
    for (let ended = 0; ended < SMALL_LIMIT; ended += 1) release('a', 1);
    expect(woken.toSorted()).toEqual(others.toSorted());
  });
});

describe('LatencyTracker', () => {
  it('returns unknown before a call has ended', () => {
    const tracker = new LatencyTracker();
    tracker.begin(5_000);
    expect(tracker.speed(true, 5_900)).toBe('unknown');
    expect(tracker.speed(false, 90_000)).toBe('unknown');
  });

  it('uses the mean of recent calls, so that a single slow call does not change the speed', () => {
    const tracker = new LatencyTracker();
    tracker.begin(0);
    for (let index = 1; index <= 20; index += 1) tracker.recordCall(50, index);
    expect(tracker.speed(true, 20)).toBe('fast');
    tracker.recordCall(5_000, 21);
    expect(tracker.speed(true, 21)).toBe('fast');
    tracker.recordCall(12_000, 22);
    expect(tracker.speed(true, 22)).toBe('slow');
    for (let index = 23; index <= 40; index += 1) tracker.recordCall(50, index);
    expect(tracker.speed(true, 40)).toBe('fast');
  });

  it('returns slow for a fast destination if calls are running and none ends', () => {
    const tracker = new LatencyTracker();
    tracker.begin(0);
    tracker.recordCall(50, 50);
    expect(tracker.speed(true, 1_000)).toBe('fast');
    expect(tracker.speed(true, 1_051)).toBe('slow');
    expect(tracker.speed(false, 1_051)).toBe('fast');
    tracker.begin(60_000);
    expect(tracker.speed(true, 60_900)).toBe('fast');
  });
});
