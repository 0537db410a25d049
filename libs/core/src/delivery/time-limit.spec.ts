import { describe, expect, it } from '@jest/globals';
import { DEFAULT_TIME_LIMIT_MS, latestStart, leaseFor, MAX_TIME_LIMIT_MS, timeLimitOf } from './time-limit.js';

describe('the time limit of a try', () => {
  it('is what was asked for, within bounds', () => {
    expect(timeLimitOf({})).toBe(DEFAULT_TIME_LIMIT_MS);
    expect(timeLimitOf({ timeoutMs: 500 })).toBe(500);
    expect(timeLimitOf({ timeoutMs: 3_600_000 })).toBe(MAX_TIME_LIMIT_MS);
  });

  it.each([100, DEFAULT_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS])(
    'a claim outlasts a try of %d ms, and there is time to get ready for it',
    (timeLimitMs) => {
      const claimedAt = 1_000;
      const leaseEnds = claimedAt + leaseFor(timeLimitMs);
      const latest = latestStart(claimedAt, leaseFor(timeLimitMs), timeLimitMs);
      expect(latest + timeLimitMs).toBeLessThan(leaseEnds);
      expect(latest - claimedAt).toBeGreaterThan(20_000);
    },
  );
});
