import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  afterFailure,
  afterSuccess,
  afterThrottle,
  FAILURES_TO_OPEN,
  isFailing,
  limitShareAt,
  type CircuitBreaker,
} from './circuit-breaker.js';

const NOW = 1_795_544_400_000;
const MIDDLE = 0.5;
const streak = { failures: FAILURES_TO_OPEN, since: NOW - 500 };

function breakerOf(also: Partial<CircuitBreaker> = {}): CircuitBreaker {
  return { openUntil: NOW, openCount: 0, failingSince: null, limitShare: 1, ...also };
}

describe('a circuit breaker', () => {
  it('opens after the threshold of consecutive failures', () => {
    expect(afterFailure(undefined, { ...streak, failures: FAILURES_TO_OPEN - 1 }, NOW, MIDDLE)).toBeUndefined();
    const breaker = afterFailure(undefined, streak, NOW, MIDDLE);
    expect(breaker).toEqual({ openUntil: NOW + 2_000, openCount: 1, failingSince: NOW - 500, limitShare: 1 });
    expect(isFailing(breaker)).toBe(true);
  });

  it('opens again after a failed probe, for twice as long, at most five minutes', () => {
    const openFor = (openCount: number): number =>
      (afterFailure(breakerOf({ openCount, failingSince: 1 }), { failures: 1, since: NOW }, NOW, MIDDLE)?.openUntil ??
        0) - NOW;
    expect([1, 2, 3, 4].map(openFor)).toEqual([4_000, 8_000, 16_000, 32_000]);
    expect([20, 2_000].map(openFor)).toEqual([300_000, 300_000]);
  });

  it('ignores failures of calls that were in flight when it opened', () => {
    expect(afterFailure(breakerOf({ openCount: 1, openUntil: NOW + 1 }), streak, NOW, MIDDLE)).toBeUndefined();
  });

  it('closes with a quarter of the limits after a successful probe, and allows all of them a minute later', () => {
    const closed = afterSuccess(breakerOf({ openCount: 3, failingSince: 1 }), NOW);
    expect(closed).toEqual({ openUntil: NOW, openCount: 0, failingSince: null, limitShare: 0.25 });
    expect([0, 30_000, 60_000].map((later) => limitShareAt(closed, NOW + later))).toEqual([0.25, 0.75, 1]);
    expect(afterSuccess(breakerOf(), NOW)).toBeUndefined();
    expect(afterSuccess(undefined, NOW)).toBeUndefined();
  });

  it('halves the limits of a throttled destination once for all calls in flight together, and restores them with time', () => {
    const once = afterThrottle(undefined, NOW + 5_000, NOW);
    expect(once).toEqual({ openUntil: NOW + 5_000, openCount: 0, failingSince: null, limitShare: 0.5 });
    const together = afterThrottle(once, NOW + 6_000, NOW + 10);
    expect(together).toEqual({ ...once, openUntil: NOW + 6_000 });
    const again = afterThrottle(together, NOW + 12_000, NOW + 6_000);
    expect(again.limitShare).toBe(0.25);
    expect(limitShareAt(again, NOW + 12_000)).toBe(0.25);
    expect(limitShareAt(again, NOW + 12_000 + 15_000)).toBe(0.5);
    expect(limitShareAt(again, NOW + 3_600_000)).toBe(1);
    let worn: CircuitBreaker | undefined;
    for (let at = NOW; at < NOW + 20_000; at += 1_000) worn = afterThrottle(worn, at + 1_000, at);
    expect(worn?.limitShare).toBe(1 / 64);
  });

  it('never shortens the open period after a failure, and never reduces the limits to zero', () => {
    fc.assert(
      fc.property(
        fc.record({
          openUntil: fc.integer({ min: NOW - 100_000, max: NOW + 100_000 }),
          openCount: fc.nat(2_000),
          failingSince: fc.option(fc.integer({ min: 0, max: NOW })),
          limitShare: fc.double({ min: 1 / 64, max: 1, noNaN: true }),
        }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (breaker, random) => {
          for (const next of [afterFailure(breaker, streak, NOW, random), afterThrottle(breaker, NOW + 1, NOW)]) {
            if (next === undefined) continue;
            expect(next.openUntil).toBeGreaterThanOrEqual(breaker.openUntil);
            expect(next.openUntil).toBeGreaterThan(NOW);
            expect(limitShareAt(next, NOW)).toBeGreaterThanOrEqual(1 / 64);
          }
        },
      ),
      { verbose: true },
    );
  });
});
