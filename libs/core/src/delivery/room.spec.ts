import { describe, expect, it } from '@jest/globals';
import type { Speed } from './pace.js';
import { isOpen, roomFor } from './room.js';

const LIMIT = 1_000;

/** Destinations that take all that they get, by turns, until none gets any more. */
function crowd(destinations: readonly { readonly brand: string; readonly speed: Speed }[], batch = 100) {
  const has = destinations.map(() => 0);
  const used = (): number => has.reduce((sum, one) => sum + one, 0);
  const ofBrand = (brand: string): number =>
    has.reduce((sum, one, index) => sum + (destinations[index]?.brand === brand ? one : 0), 0);
  for (let taken = -1; taken !== used();) {
    taken = used();
    destinations.forEach(({ brand, speed }, index) => {
      const ofDestination = has[index] ?? 0;
      const room = roomFor({ limit: LIMIT, used: used(), ofBrand: ofBrand(brand), ofDestination, speed });
      // The plugin bears fifty.
      has[index] = ofDestination + Math.min(room, batch, 50 - ofDestination);
    });
  }
  return { has, used: used(), ofBrand };
}

const many = (count: number, speed: Speed, brand: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => ({ brand: brand(index), speed }));

describe('room for one destination', () => {
  it.each<Speed>(['unknown', 'quick', 'slow'])(
    'is not shared while the process is less than half full: %s',
    (speed) => {
      for (const used of [0, 100, 399]) {
        const room = roomFor({ limit: LIMIT, used, ofBrand: used, ofDestination: used, speed });
        expect(room).toBeGreaterThanOrEqual(500 - used);
      }
      expect([isOpen(LIMIT, 499), isOpen(LIMIT, 500)]).toEqual([true, false]);
      expect(roomFor({ limit: 1, used: 0, ofBrand: 0, ofDestination: 0, speed })).toBe(1);
    },
  );

  it('is what is left, at most, and nothing where nothing is', () => {
    for (let used = 0; used <= 1_100; used += used < 980 ? 20 : 1) {
      const room = roomFor({ limit: LIMIT, used, ofBrand: 0, ofDestination: 0, speed: 'quick' });
      expect(room).toBeLessThanOrEqual(Math.max(0, LIMIT - used));
      expect(room).toBeGreaterThanOrEqual(used < LIMIT ? 1 : 0);
    }
  });

  it.each([20, 100, 300, 2_000])(
    'is left by %i slow destinations of one brand for a quick one of that brand',
    (count) => {
      const { used } = crowd(many(count, 'slow', () => 'flooded'));
      expect(used).toBeGreaterThan(LIMIT / 2);
      expect(used).toBeLessThanOrEqual(LIMIT - LIMIT / 8);
      const quick = { limit: LIMIT, used, ofBrand: used, ofDestination: 0, speed: 'quick' } as const;
      expect(roomFor(quick)).toBeGreaterThan(30);
    },
  );

  it.each([20, 100, 300, 2_000])('is left by %i slow destinations of as many brands', (count) => {
    const { used } = crowd(many(count, 'slow', String));
    expect(used).toBeGreaterThan(LIMIT / 2);
    expect(used).toBeLessThanOrEqual(LIMIT - LIMIT / 8);
  });

  it('is left for one that nobody knows yet, by slow ones that nobody knew either', () => {
    for (const count of [20, 100]) {
      const { used } = crowd(many(count, 'unknown', () => 'flooded'));
      expect(roomFor({ limit: LIMIT, used, ofBrand: used, ofDestination: 0, speed: 'unknown' })).toBeGreaterThan(0);
    }
    const { used } = crowd(many(3_000, 'unknown', () => 'flooded'));
    expect(LIMIT - used).toBeGreaterThan(50);
  });

  it('is left by many that are quick, who might hang together the next moment', () => {
    for (const brand of [String, () => 'one']) {
      const { used } = crowd(many(20, 'quick', brand));
      expect(used).toBeGreaterThan(LIMIT / 2);
      expect(LIMIT - used).toBeGreaterThan(30);
    }
  });

  it('is left by a brand of many destinations for another’s slow ones', () => {
    const { ofBrand } = crowd([...many(200, 'slow', () => 'flooded'), ...many(3, 'slow', () => 'small')]);
    expect(ofBrand('small')).toBeGreaterThan(100);
  });

  it('is shared evenly by destinations that want the same', () => {
    for (const brand of [String, () => 'one']) {
      const { has } = crowd(many(100, 'slow', brand), 1);
      expect(Math.max(...has) - Math.min(...has)).toBeLessThanOrEqual(1);
    }
  });
});
