import { describe, expect, it } from '@jest/globals';
import { fillSeries, nextCountAt, type SeriesPoint } from './series.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 30, 10, 42);
const END = START + MINUTE;

describe('nextCountAt', () => {
  it('counts a minute that is not over at every step', () => {
    expect(nextCountAt(START, START + 30_000, false)).toBe(START + 30_000);
  });

  it('counts a minute again a minute after its end, for late commits', () => {
    expect(nextCountAt(START, END, false)).toBe(END + MINUTE);
    expect(nextCountAt(START, END + 59_999, true)).toBe(END + MINUTE);
  });

  it('doubles the age while deliveries wait', () => {
    expect(nextCountAt(START, END + 4 * MINUTE, true)).toBe(END + 8 * MINUTE);
    expect(nextCountAt(START, END + 30 * HOUR, true)).toBe(END + 60 * HOUR);
    expect(nextCountAt(START, END + 100 * HOUR, true)).toBeNull();
  });

  it('counts a settled minute after 15 minutes and after a day, then never', () => {
    expect(nextCountAt(START, END + 2 * MINUTE, false)).toBe(END + 15 * MINUTE);
    expect(nextCountAt(START, END + 15 * MINUTE, false)).toBe(END + 24 * HOUR);
    expect(nextCountAt(START, END + 24 * HOUR, false)).toBeNull();
  });

  it('counts a minute a bounded number of times, whatever waits', () => {
    let counts = 0;
    for (let at: number | null = END; at !== null; at = nextCountAt(START, at, true)) counts += 1;
    expect(counts).toBeLessThan(20);
  });
});

describe('fillSeries', () => {
  const range = { brandId: 'b', destinationId: null, step: 'minute', from: START, to: START + 3 * MINUTE } as const;

  it('returns a point for every step, in order', () => {
    const point: SeriesPoint = {
      at: START + MINUTE,
      ...{ accepted: 3, quarantined: 0, delivered: 2, failed: 1, waiting: 0, notSent: 0, merged: 0 },
    };
    const filled = fillSeries([point], range);
    expect(filled.map(({ at, accepted }) => [at - START, accepted])).toEqual([
      [0, 0],
      [MINUTE, 3],
      [2 * MINUTE, 0],
    ]);
  });
});
