import { describe, expect, it } from '@jest/globals';
import { ANY_TIME, isRangeSet, rangeQuery } from './time-range';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');
const OPEN = { from: undefined, to: undefined };

describe('the time range of a list', () => {
  it('is open if nothing is chosen, or if the URL has an unknown name', () => {
    expect(rangeQuery(ANY_TIME, NOW)).toEqual(OPEN);
    expect(rangeQuery({ ...ANY_TIME, range: 'century' }, NOW)).toEqual(OPEN);
    expect(isRangeSet(ANY_TIME)).toBe(false);
  });

  it('ends now for a named range', () => {
    expect(rangeQuery({ ...ANY_TIME, range: '24h' }, NOW)).toEqual({ from: '2026-11-29T12:00:00.000Z', to: undefined });
  });

  it('uses the times of the URL before a name', () => {
    const state = { range: '1h', from: '2026-11-01T00:00:00.000Z', to: '' };
    expect(rangeQuery(state, NOW)).toEqual({ from: '2026-11-01T00:00:00.000Z', to: undefined });
    expect(isRangeSet(state)).toBe(true);
  });
});
