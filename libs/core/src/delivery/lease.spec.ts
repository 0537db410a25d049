import { describe, expect, it } from '@jest/globals';
import { mayStart, mayWrite } from './attempt.js';
import { DEFAULT_TIME_LIMIT_MS, leaseFor, MAX_TIME_LIMIT_MS, timeLimitOf } from './lease.js';

describe('the time limit of an attempt', () => {
  it('is the configured limit or the default, up to the maximum', () => {
    expect(timeLimitOf({})).toBe(DEFAULT_TIME_LIMIT_MS);
    expect(timeLimitOf({ timeoutMs: 500 })).toBe(500);
    expect(timeLimitOf({ timeoutMs: 3_600_000 })).toBe(MAX_TIME_LIMIT_MS);
  });

  it.each([100, DEFAULT_TIME_LIMIT_MS, MAX_TIME_LIMIT_MS])(
    'of %d ms is shorter than the lease, which leaves time for preparation',
    (timeLimitMs) => {
      const leaseMs = leaseFor(timeLimitMs);
      expect(mayStart(20_000, leaseMs, timeLimitMs)).toBe(true);
      expect(mayStart(leaseMs - timeLimitMs, leaseMs, timeLimitMs)).toBe(false);
      expect(mayWrite(20_000 + timeLimitMs, leaseMs)).toBe(true);
      expect(mayWrite(leaseMs, leaseMs)).toBe(false);
    },
  );
});
