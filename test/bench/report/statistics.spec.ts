import { describe, expect, it } from '@jest/globals';
import { median, quantile } from './statistics.mjs';

describe('quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it('returns the smallest value that at least the given part of all values does not exceed', () => {
    expect([0, 0.01, 0.5, 0.99, 0.991, 1].map((part) => quantile(hundred, part))).toEqual([1, 1, 50, 99, 100, 100]);
    expect(quantile([10, 9, 2], 0.99)).toBe(10);
  });

  it('sorts by value and leaves the list as it is', () => {
    const values = [10, 9, -2];
    expect(quantile(values, 0)).toBe(-2);
    expect(values).toEqual([10, 9, -2]);
  });

  it('returns NaN for an empty list', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('median', () => {
  it('returns the middle value, or the mean of the two middle values', () => {
    expect(median([10, 9, 200])).toBe(10);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
