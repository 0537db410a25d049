import { describe, expect, it } from '@jest/globals';
import type { Speed } from './latency-tracker.js';
import { isUncontended, availableCapacity } from './capacity.js';

const LIMIT = 1_000;

/** Lets destinations acquire all capacity that they can get, in turns, until none gets more. */
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
