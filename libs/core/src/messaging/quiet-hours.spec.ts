import { describe, expect, it } from '@jest/globals';
import { minutesEastOfUtc } from '@patchbay/mapping';
import fc from 'fast-check';
import { quietUntil, formatInZone, zoneOf } from './quiet-hours.js';

const at = (text: string): number => Date.parse(text);
const until = (from: string, to: string, zone: string, now: string): string | null => {
  const end = quietUntil({ from, to }, zone, at(now));
  return end === null ? null : formatInZone(end, zone);
};

describe('quiet hours', () => {
  it.each([
    ['just before their start', '2026-03-01T20:59:59.999+04:00', null],
    ['at their start', '2026-03-01T21:00+04:00', '2026-03-02T09:00+04:00'],
    ['after midnight', '2026-03-02T00:30+04:00', '2026-03-02T09:00+04:00'],
    ['just before their end', '2026-03-02T08:59:59.999+04:00', '2026-03-02T09:00+04:00'],
    ['at their end', '2026-03-02T09:00+04:00', null],
  ])('follow the wall clock: %s', (_moment, now, expected) => {
    expect(until('21:00', '09:00', 'Asia/Dubai', now)).toBe(expected);
  });

  it('may begin and end on the same day', () => {
    expect(until('13:00', '15:30', 'Asia/Kolkata', '2026-03-01T13:00+05:30')).toBe('2026-03-01T15:30+05:30');
    expect(until('13:00', '15:30', 'Asia/Kolkata', '2026-03-01T15:30+05:30')).toBeNull();
  });

  it('end at the clock change if clocks skip their end', () => {
    // In New York, clocks go from 02:00 to 03:00 on 8 March 2026.
    expect(until('22:00', '02:30', 'America/New_York', '2026-03-08T01:59-05:00')).toBe('2026-03-08T03:00-04:00');
    expect(until('22:00', '02:30', 'America/New_York', '2026-03-08T03:00-04:00')).toBeNull();
    expect(until('02:30', '06:00', 'America/New_York', '2026-03-08T03:00-04:00')).toBe('2026-03-08T06:00-04:00');
    expect(until('02:10', '02:50', 'America/New_York', '2026-03-08T03:00-04:00')).toBeNull();
  });

  it('continue in the next span if clocks skip all the time between two spans', () => {
    // In St. John's, clocks go from 02:00 to 03:00 on 8 March 2026.
    expect(until('02:01', '02:00', 'America/St_Johns', '2026-03-07T02:01-03:30')).toBe('2026-03-09T02:00-02:30');
    expect(until('02:01', '02:00', 'America/St_Johns', '2026-03-06T02:01-03:30')).toBe('2026-03-07T02:00-03:30');
  });

  it('end at the first occurrence if clocks show their end twice', () => {
    // In New York, clocks go from 02:00 back to 01:00 on 1 November 2026.
    expect(until('22:00', '01:30', 'America/New_York', '2026-11-01T01:29-04:00')).toBe('2026-11-01T01:30-04:00');
    expect(until('22:00', '01:30', 'America/New_York', '2026-11-01T01:45-04:00')).toBeNull();
    expect(until('22:00', '01:30', 'America/New_York', '2026-11-01T01:10-05:00')).toBeNull();
    expect(until('01:30', '05:00', 'America/New_York', '2026-11-01T01:10-05:00')).toBe('2026-11-01T05:00-05:00');
  });

  it.each([
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'Pacific/Kiritimati',
    'America/St_Johns',
    'UTC',
  ])('leave time to send every day, never defer into the past, and do not hold at their own end: %s', (zone) => {
    const time = fc.integer({ min: 0, max: 1_439 }).map((minutes) => {
      return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    });
    const year = fc.integer({ min: at('2026-01-01'), max: at('2027-01-01') });
    fc.assert(
      fc.property(time, time, year, (from, to, now) => {
        fc.pre(from !== to);
        const end = quietUntil({ from, to }, zone, now);
        if (end === null) return;
        expect(end).toBeGreaterThan(now);
        const skipped = minutesEastOfUtc(zone, now) < minutesEastOfUtc(zone, end);
        expect(end - now).toBeLessThanOrEqual((skipped ? 50 : 26) * 3_600_000);
        expect(quietUntil({ from, to }, zone, end)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

describe('zoneOf', () => {
  it.each(['Nowhere/Land', '', 5, null, undefined])(
    "returns the brand's time zone if the recipient's is %p",
    (zone) => {
      expect(zoneOf(zone, 'Asia/Dubai')).toBe('Asia/Dubai');
    },
  );

  it('returns the time zone of the recipient if it is valid', () => {
    expect(zoneOf('Asia/Kolkata', 'Asia/Dubai')).toBe('Asia/Kolkata');
  });
});
