import { describe, expect, it } from '@jest/globals';
import { compareDay, daysBetween } from './day-counts.js';

const counts = { total: 100, delivered: 90, failed: 4, retrying: 5, pending: 1 };

describe('compareDay', () => {
  it('counts events as missing only if Capillary is not going to send them again', () => {
    expect(compareDay('2026-11-30', counts, { accepted: 80, quarantined: 4 })).toEqual({
      ...counts,
      ...{ day: '2026-11-30', accepted: 80, quarantined: 4, missing: 10 },
    });
  });

  it('finds nothing missing if the hub has as many events or more', () => {
    expect(compareDay('2026-11-30', counts, { accepted: 93, quarantined: 1 }).missing).toBe(0);
    expect(compareDay('2026-11-30', counts, { accepted: 200, quarantined: 0 }).missing).toBe(0);
  });
});

describe('daysBetween', () => {
  it('includes the first and the last day, across the end of a month', () => {
    expect(daysBetween('2026-11-29', '2026-12-01')).toEqual(['2026-11-29', '2026-11-30', '2026-12-01']);
    expect(daysBetween('2026-11-30', '2026-11-29')).toEqual([]);
  });
});
