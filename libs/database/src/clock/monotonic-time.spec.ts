import { describe, expect, it } from '@jest/globals';
import { MonotonicTime } from './monotonic-time.js';

const BASE = 1_795_544_400_000;

describe('MonotonicTime', () => {
  it('throws if it is read before it has a reference', () => {
    expect(() => new MonotonicTime().at(0)).toThrow('before its first measurement');
  });

  it('advances with monotonic time, and steps forward to a reference that is ahead', () => {
    const time = new MonotonicTime();
    expect(time.follow(BASE, 100)).toBe(0);
    expect(time.at(350)).toBe(BASE + 350);
    expect(time.follow(BASE + 600_000, 400)).toBe(600_000);
    expect(time.at(400)).toBe(BASE + 600_400);
  });

  it('slews to a reference that is slightly behind: runs 5 % slower until both meet', () => {
    const time = new MonotonicTime();
    time.follow(BASE, 0);
    expect(time.follow(BASE - 100, 1_000)).toBe(-100);
    expect(time.at(1_000)).toBe(BASE + 1_000);
    expect(time.at(2_000)).toBe(BASE - 100 + 2_000 + 50);
    expect(time.at(3_000)).toBe(BASE - 100 + 3_000);
    expect(time.at(9_000)).toBe(BASE - 100 + 9_000);
  });

  it('stops for a reference that is far behind, and never moves back', () => {
    const time = new MonotonicTime();
    time.follow(BASE, 0);
    time.follow(BASE - 5_000, 1_000);
    for (const at of [1_000, 3_000, 6_000]) expect(time.at(at)).toBe(BASE + 1_000);
    expect(time.at(6_001)).toBe(BASE + 1_001);
  });
});
