import { describe, expect, it } from '@jest/globals';
import { ArrivalSchedule } from './arrival-schedule.mjs';

const SECOND = 1_000_000;
const FROM = 5_000;

const timesUntil = (perSecond: number, until: number): number[] =>
  new ArrivalSchedule(perSecond, FROM).takeDue(FROM + until);

describe('ArrivalSchedule', () => {
  it('has the given rate on average, with random gaps', () => {
    const times = timesUntil(500, 60 * SECOND);
    expect(times.length).toBeGreaterThan(29_000);
    expect(times.length).toBeLessThan(31_000);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const longGaps = gaps.filter((gap) => gap > SECOND / 500).length / gaps.length;
    // The share of gaps that are longer than the mean gap is 1/e.
    expect(longGaps).toBeCloseTo(1 / Math.E, 1);
  });

  it('returns each due time once, in order', () => {
    const schedule = new ArrivalSchedule(1_000, FROM);
    const steps = Array.from({ length: 200 }, (_, index) => FROM + index * 1_500);
    const taken = steps.map((now) => {
      const due = schedule.takeDue(now);
      expect(due.every((time) => time <= now)).toBe(true);
      return due;
    });
    expect(taken.flat()).toEqual(timesUntil(1_000, 199 * 1_500));
    expect(schedule.takeDue(FROM + 199 * 1_500)).toEqual([]);
  });

  it('returns different whole microseconds, even at a rate with several events per microsecond', () => {
    const times = timesUntil(5_000_000, 1_000);
    expect(times).toHaveLength(1_000);
    expect(new Set(times).size).toBe(1_000);
    expect(times.every(Number.isInteger)).toBe(true);
  });

  it('is the same in every run', () => {
    expect(timesUntil(700, SECOND)).toEqual(timesUntil(700, SECOND));
  });
});
