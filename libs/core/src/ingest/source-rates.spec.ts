import { describe, expect, it } from '@jest/globals';
import { SourceRates } from './source-rates.js';

describe('SourceRates', () => {
  it('allows the burst, then one call per interval, separately per source', () => {
    let now = 5;
    const rates = new SourceRates(() => now);
    const limits = { ratePerSecond: 10, burst: 3 };
    const waits = (): number[] => Array.from({ length: 4 }, () => rates.waitMs('a', limits));
    expect(waits()).toEqual([0, 0, 0, 100]);
    expect(rates.waitMs('b', limits)).toBe(0);
    now += 100;
    expect(waits()).toEqual([0, 100, 100, 100]);
    now += 1_000;
    expect(waits()).toEqual([0, 0, 0, 100]);
  });

  it('has a default burst of the calls of one second, at least one', () => {
    const rates = new SourceRates(() => 0);
    const allowed = (source: string, ratePerSecond: number): number =>
      Array.from({ length: 20 }, () => rates.waitMs(source, { ratePerSecond })).filter((waitMs) => waitMs === 0).length;
    expect([allowed('fast', 8), allowed('slow', 0.5)]).toEqual([8, 1]);
  });
});
