import { describe, expect, it } from '@jest/globals';
import { uuidV7 } from '@patchbay/core';
import { lowestIdAt } from './daily-partitions.js';
import { newestPartOf, timeWindowOf } from './time-window.js';

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR_MS = 3_600_000;

describe('a time window', () => {
  it('includes the ids of its first millisecond and excludes those of its end', () => {
    const { from, before } = timeWindowOf({ from: NOW, to: NOW + 1 });
    expect([from <= uuidV7(NOW), uuidV7(NOW) < before, uuidV7(NOW - 1) < from, uuidV7(NOW + 1) < before]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('includes every id if it has no bounds', () => {
    const { from, before } = timeWindowOf({});
    expect([from <= uuidV7(0), uuidV7(NOW) < before]).toEqual([true, true]);
  });

  it('is shortened to its last hours, and keeps all ids ahead of the clock', () => {
    expect(newestPartOf(timeWindowOf({}), HOUR_MS, NOW)).toEqual({
      from: lowestIdAt(NOW - HOUR_MS),
      before: timeWindowOf({}).before,
    });
    const rest = timeWindowOf({ to: NOW - HOUR_MS });
    expect(newestPartOf(rest, HOUR_MS, NOW).from).toBe(lowestIdAt(NOW - 2 * HOUR_MS));
  });

  it('never starts earlier after shortening', () => {
    const rest = timeWindowOf({ from: NOW - 60_000 });
    expect(newestPartOf(rest, HOUR_MS, NOW)).toEqual(rest);
  });

  it('is not shortened if it is older than the longest retention', () => {
    const rest = timeWindowOf({ to: NOW - 433 * 24 * HOUR_MS });
    expect(newestPartOf(rest, HOUR_MS, NOW)).toEqual(rest);
  });
});
