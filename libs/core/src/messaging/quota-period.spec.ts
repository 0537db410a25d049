import { describe, expect, it } from '@jest/globals';
import { quotaPeriod } from './quota-period.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function period(perMs: number, zone: string, now: string): string {
  const { start, end } = quotaPeriod(perMs, zone, Date.parse(now));
  return `${new Date(start).toISOString()} ${new Date(end).toISOString()}`;
}

describe('quotaPeriod', () => {
  it.each([
    [
      'a day in the zone',
      DAY,
      'Asia/Dubai',
      '2026-03-01T19:59:00Z',
      '2026-02-28T20:00:00.000Z 2026-03-01T20:00:00.000Z',
    ],
    [
      'the next day at midnight',
      DAY,
      'Asia/Dubai',
      '2026-03-01T20:00:00Z',
      '2026-03-01T20:00:00.000Z 2026-03-02T20:00:00.000Z',
    ],
    ['a week from Monday', 7 * DAY, 'UTC', '2026-03-01T12:00:00Z', '2026-02-23T00:00:00.000Z 2026-03-02T00:00:00.000Z'],
    [
      'a part of a day from midnight',
      6 * HOUR,
      'UTC',
      '2026-03-01T12:00:00Z',
      '2026-03-01T12:00:00.000Z 2026-03-01T18:00:00.000Z',
    ],
    [
      'a day of 23 hours',
      DAY,
      'Europe/London',
      '2026-03-29T12:00:00Z',
      '2026-03-29T00:00:00.000Z 2026-03-29T23:00:00.000Z',
    ],
    [
      'a short last part of such a day',
      6 * HOUR,
      'Europe/London',
      '2026-03-29T22:00:00Z',
      '2026-03-29T18:00:00.000Z 2026-03-29T23:00:00.000Z',
    ],
  ])('is %s', (_what, perMs, zone, now, expected) => {
    expect(period(perMs, zone, now)).toBe(expected);
  });

  it('covers every instant once', () => {
    let now = Date.parse('2026-10-20T00:00:00Z');
    for (const end = now + 14 * DAY; now < end;) {
      const { start, end: next } = quotaPeriod(4 * HOUR, 'Europe/London', now);
      expect(start).toBeLessThanOrEqual(now);
      expect(quotaPeriod(4 * HOUR, 'Europe/London', next - 1)).toEqual({ start, end: next });
      expect(next).toBeGreaterThan(now);
      now = next;
    }
  });
});
