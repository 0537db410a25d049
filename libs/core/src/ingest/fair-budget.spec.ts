import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairBudget, type Reservation } from './fair-budget.js';

/** Reserves single units until a reservation is refused. */
function flood(budget: FairBudget, holder: string): Reservation[] {
  const reservations: Reservation[] = [];
  for (;;) {
    const reservation = budget.reserve(holder, 1);
    if (reservation === null) return reservations;
    reservations.push(reservation);
  }
}

describe('FairBudget', () => {
  it('leaves half to others while one holder reserves as much as possible', () => {
    const budget = new FairBudget(100);
    expect(flood(budget, 'flood')).toHaveLength(50);
    for (let n = 0; n < 20; n += 1) expect(budget.reserve(`other-${n}`, 2)).not.toBeNull();
    expect(budget.reserve('flood', 1)).toBeNull();
  });

  it('lets a flooding holder reserve again after it has released the excess over its share', () => {
    const budget = new FairBudget(100);
    const flooding = flood(budget, 'flood');
    budget.reserve('a', 5);
    budget.reserve('b', 5);
    // With three active holders, each may hold a quarter while more than half is in use.
    const kept = flooding.splice(0, 25);
    for (const reservation of flooding) reservation.release();
    expect(budget.inUse).toBe(35);
    expect(flood(budget, 'flood')).toHaveLength(15);
    expect(kept.length + 15 + 10).toBe(50);
  });

  it('grants a holder without reservations its first amount, even if it exceeds its share', () => {
    const budget = new FairBudget(100);
    flood(budget, 'flood');
    const large = budget.reserve('large', 45);
    expect(large).not.toBeNull();
    expect(budget.reserve('large', 1)).toBeNull();
    expect(budget.reserve('other', 6)).toBeNull();
    large?.release();
    expect(budget.reserve('large', 50)).not.toBeNull();
  });

  it('counts the growth of a reservation, and releases everything once', () => {
    const budget = new FairBudget(100);
    const reservation = budget.reserve('a', 0);
    expect(reservation?.grow(50)).toBe(true);
    expect(reservation?.grow(1)).toBe(false);
    expect(budget.inUse).toBe(50);
    reservation?.release();
    reservation?.release();
    expect(budget.inUse).toBe(0);
    expect(flood(budget, 'a')).toHaveLength(50);
  });

  it('does not grow a released reservation', () => {
    const budget = new FairBudget(100);
    const reservation = budget.reserve('a', 10);
    reservation?.release();
    expect(reservation?.grow(10)).toBe(false);
    expect(budget.inUse).toBe(0);
  });

  it('never exceeds its total, and is unused after all releases', () => {
    const steps = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 10 }), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (taken) => {
        const budget = new FairBudget(100);
        const open: Reservation[] = [];
        for (const [holder, amount, releases] of taken) {
          const reservation = budget.reserve(`h${holder}`, amount);
          if (reservation !== null) open.push(reservation);
          if (releases) open.shift()?.release();
          expect(budget.inUse).toBeLessThanOrEqual(100);
        }
        for (const reservation of open) reservation.release();
        expect(budget.inUse).toBe(0);
      }),
    );
  });
});
