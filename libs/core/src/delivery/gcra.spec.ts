import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Gcra, intervalOf } from './gcra.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe('Gcra', () => {
  it('spreads calls evenly, even after a long pause', () => {
    const rate = { ratePerSecond: 10, burst: 1 };
    const gcra = new Gcra();
    expect(gcra.take(rate, 60_000)).toBe(true);
    expect(gcra.take(rate, 60_099)).toBe(false);
    expect(gcra.earliest(rate, 60_099)).toBe(60_100);
    expect(gcra.earliest(rate, 60_099, 3)).toBe(60_400);
    expect(gcra.take(rate, 60_100)).toBe(true);
  });

  it('allows a burst after a pause, then one call per interval', () => {
    const rate = { ratePerSecond: 2, burst: 3 };
    const gcra = new Gcra();
    expect([0, 0, 0, 0].map((at) => gcra.take(rate, at))).toEqual([true, true, true, false]);
    expect(gcra.take(rate, 499)).toBe(false);
    expect(gcra.take(rate, 500)).toBe(true);
    expect(gcra.take(rate, 500)).toBe(false);
  });

  it('allows no burst directly after emptyAt()', () => {
    const rate = { ratePerSecond: 2, burst: 3 };
    const gcra = new Gcra();
    gcra.emptyAt(rate, 1_000);
    expect(gcra.take(rate, 1_499)).toBe(false);
    expect([1_500, 1_500].map((at) => gcra.take(rate, at))).toEqual([true, false]);
  });

  it('takes at most rate × window + burst calls in any window, also across changes of the owner', () => {
    fc.assert(
      fc.property(
        fc.record({
          ratePerSecond: fc.double({ min: 0.1, max: 500, noNaN: true }),
          burst: fc.integer({ min: 1, max: 20 }),
        }),
        fc.array(fc.record({ pause: fc.integer({ min: 0, max: 400 }), ownerChange: fc.integer({ min: 0, max: 30 }) }), {
          maxLength: 300,
        }),
        (rate, steps) => {
          let gcra = new Gcra();
          let now = 0;
          const taken: number[] = [];
          for (const { pause, ownerChange } of steps) {
            now += pause;
            if (ownerChange === 0) {
              gcra = new Gcra();
              gcra.emptyAt(rate, now);
            }
            while (gcra.take(rate, now)) taken.push(now);
          }
          // For each call, compare the number of calls with the number that the rate allows, in every time window that
          // ends with this call. Find the largest excess.
          const interval = intervalOf(rate);
          let least = Number.POSITIVE_INFINITY;
          const excess = taken.map((at, count) => {
            least = Math.min(least, count - at / interval);
            return count + 1 - at / interval - least;
          });
          expect(excess.filter((calls) => calls > rate.burst + 1e-6)).toEqual([]);
        },
      ),
      { seed, numRuns: 200 },
    );
  });
});
