import { describe, expect, it } from '@jest/globals';
import { entryContent, placeAfterMove, swapped, withEntry, type RouteEntry } from './route';

const gold: RouteEntry = { when: { 'data.tier': 'gold' }, destination: 'push', mapping: { title: 'Gold' } };
const silver: RouteEntry = { when: { 'data.tier': 'silver' }, destination: 'mail', mapping: null };
const others: RouteEntry = { when: null, destination: 'sms', mapping: null };

describe('a route', () => {
  it('keeps the default at its end', () => {
    expect(withEntry([gold, others], silver)).toEqual([gold, silver, others]);
    expect(withEntry([gold], silver)).toEqual([gold, silver]);
    expect(withEntry([gold], others)).toEqual([gold, others]);
  });

  it('moves entries that have a condition, and never past the default', () => {
    const route = [gold, silver, others];
    expect([0, 1, 2].map((index) => placeAfterMove(route, index, 1))).toEqual([1, null, null]);
    expect([0, 1, 2].map((index) => placeAfterMove(route, index, -1))).toEqual([null, 0, null]);
    expect(swapped(route, 0, 1)).toEqual([silver, gold, others]);
  });

  it('is written without the condition of the default and without presets', () => {
    expect([gold, silver, others].map(entryContent)).toEqual([
      gold,
      { when: { 'data.tier': 'silver' }, destination: 'mail' },
      { destination: 'sms' },
    ]);
  });
});
