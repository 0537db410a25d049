import { describe, expect, it } from '@jest/globals';
import { untilOf } from './pause-end';

const NOW = Date.parse('2026-11-30T10:00:00.000Z');

describe('untilOf', () => {
  it('is the time after the minutes, or the local time in the zone', () => {
    expect(untilOf('30', '', 'Asia/Kolkata', NOW)).toBe('2026-11-30T10:30:00.000Z');
    expect(untilOf('at', '2026-11-30T18:00', 'Asia/Kolkata', NOW)).toBe('2026-11-30T12:30:00.000Z');
    expect(untilOf('never', '', 'Asia/Kolkata', NOW)).toBeNull();
  });

  it('is undefined for a time that is empty or has passed', () => {
    expect(untilOf('at', '', 'UTC', NOW)).toBeUndefined();
    expect(untilOf('at', '2026-11-30T10:00', 'UTC', NOW)).toBeUndefined();
  });
});
