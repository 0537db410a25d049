import { describe, expect, it } from '@jest/globals';
import { instantOf, zonedInput, zonedIso } from './zoned-time';

describe('local times of a zone', () => {
  it.each([
    ['Asia/Kolkata', '2026-11-30T10:42', '2026-11-30T05:12:00.000Z'],
    ['America/New_York', '2026-07-01T00:00', '2026-07-01T04:00:00.000Z'],
    ['UTC', '2026-02-28T23:59', '2026-02-28T23:59:00.000Z'],
    ['Asia/Kolkata', '2026-11-30T10:42:07', '2026-11-30T05:12:07.000Z'],
    // The clock is set back at 02:00 on this day, so 01:30 occurs twice.
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    ['America/New_York', '2026-11-01T03:00', '2026-11-01T08:00:00.000Z'],
  ])('are converted to instants and back: %s %s', (zone, local, instant) => {
    expect(instantOf(local, zone)).toBe(instant);
    expect(zonedInput(instant, zone)).toBe(local);
  });

  it('are moved if a change of the clock skips them', () => {
    expect(instantOf('2026-03-08T02:30', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
  });

  it.each([
    ['Asia/Kolkata', '2026-11-30T05:12:07.112Z', '2026-11-30T10:42:07.112+05:30'],
    ['UTC', '2026-11-30T05:12:07.000Z', '2026-11-30T05:12:07.000+00:00'],
    // Both have the time of day 01:30, before and after the clock is set back.
    ['America/New_York', '2026-11-01T05:30:00.000Z', '2026-11-01T01:30:00.000-04:00'],
    ['America/New_York', '2026-11-01T06:30:00.000Z', '2026-11-01T01:30:00.000-05:00'],
    ['America/St_Johns', '2026-11-30T05:12:07.112Z', '2026-11-30T01:42:07.112-03:30'],
  ])('are written with the offset of the zone: %s %s', (zone, instant, text) => {
    expect(zonedIso(new Date(instant), zone)).toBe(text);
    expect(new Date(text).toISOString()).toBe(instant);
  });

  it.each(['0002-01-01T18:00', '0020-01-01T18:00', '0202-01-01T18:00'])(
    'may have a year that is still typed: %s',
    (local) => {
      expect(zonedInput(instantOf(local, 'Asia/Kolkata') ?? '', 'Asia/Kolkata')).toBe(local);
    },
  );

  it('are refused if they are not times', () => {
    expect(instantOf('', 'UTC')).toBeNull();
    expect(zonedInput('yesterday', 'UTC')).toBe('');
  });
});
