import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterFailure, afterSuccess, afterThrottle, FAILURES_TO_TRIP, isProbing, shareNow, type Gate } from './gate.js';

const NOW = 1_795_544_400_000;
const MIDDLE = 0.5;
const streak = { failures: FAILURES_TO_TRIP, since: NOW - 500 };

function gateOf(also: Partial<Gate> = {}): Gate {
  return { closedUntil: NOW, trips: 0, failingSince: null, share: 1, ...also };
}

describe('a gate', () => {
  it('is closed by failures in a row, and by none fewer', () => {
    expect(afterFailure(undefined, { ...streak, failures: FAILURES_TO_TRIP - 1 }, NOW, MIDDLE)).toBeUndefined();
    const gate = afterFailure(undefined, streak, NOW, MIDDLE);
    expect(gate).toEqual({ closedUntil: NOW + 2_000, trips: 1, failingSince: NOW - 500, share: 1 });
    expect(isProbing(gate)).toBe(true);
  });

  it('is closed again by the first failure of a probe, for twice as long and five minutes at most', () => {
    const closed = (trips: number): number =>
      (afterFailure(gateOf({ trips, failingSince: 1 }), { failures: 1, since: NOW }, NOW, MIDDLE)?.closedUntil ?? 0) -
      NOW;
    expect([1, 2, 3, 4].map(closed)).toEqual([4_000, 8_000, 16_000, 32_000]);
    expect([20, 2_000].map(closed)).toEqual([300_000, 300_000]);
  });

  it('learns nothing from what was in flight when it closed', () => {
    expect(afterFailure(gateOf({ trips: 1, closedUntil: NOW + 1 }), streak, NOW, MIDDLE)).toBeUndefined();
  });

  it('opens gently when a probe comes through, and lets all through a minute later', () => {
    const open = afterSuccess(gateOf({ trips: 3, failingSince: 1 }), NOW);
    expect(open).toEqual({ closedUntil: NOW, trips: 0, failingSince: null, share: 0.25 });
    expect([0, 30_000, 60_000].map((later) => shareNow(open, NOW + later))).toEqual([0.25, 0.75, 1]);
    expect(afterSuccess(gateOf(), NOW)).toBeUndefined();
    expect(afterSuccess(undefined, NOW)).toBeUndefined();
  });

  it('halves what a throttled destination gets, once for all calls in flight together, and gives it back with time', () => {
    const once = afterThrottle(undefined, NOW + 5_000, NOW);
    expect(once).toEqual({ closedUntil: NOW + 5_000, trips: 0, failingSince: null, share: 0.5 });
    const together = afterThrottle(once, NOW + 6_000, NOW + 10);
    expect(together).toEqual({ ...once, closedUntil: NOW + 6_000 });
    const again = afterThrottle(together, NOW + 12_000, NOW + 6_000);
    expect(again.share).toBe(0.25);
    expect(shareNow(again, NOW + 12_000)).toBe(0.25);
    expect(shareNow(again, NOW + 12_000 + 15_000)).toBe(0.5);
    expect(shareNow(again, NOW + 3_600_000)).toBe(1);
    let worn: Gate | undefined;
    for (let at = NOW; at < NOW + 20_000; at += 1_000) worn = afterThrottle(worn, at + 1_000, at);
    expect(worn?.share).toBe(1 / 64);
  });

  it('never opens earlier for a failure, and always leaves something', () => {
    fc.assert(
      fc.property(
        fc.record({
          closedUntil: fc.integer({ min: NOW - 100_000, max: NOW + 100_000 }),
          trips: fc.nat(2_000),
          failingSince: fc.option(fc.integer({ min: 0, max: NOW })),
          share: fc.double({ min: 1 / 64, max: 1, noNaN: true }),
        }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (gate, random) => {
          for (const next of [afterFailure(gate, streak, NOW, random), afterThrottle(gate, NOW + 1, NOW)]) {
            if (next === undefined) continue;
            expect(next.closedUntil).toBeGreaterThanOrEqual(gate.closedUntil);
            expect(next.closedUntil).toBeGreaterThan(NOW);
            expect(shareNow(next, NOW)).toBeGreaterThanOrEqual(1 / 64);
          }
        },
      ),
      { verbose: true },
    );
  });
});
