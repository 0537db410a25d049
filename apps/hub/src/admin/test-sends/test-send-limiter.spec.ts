import { describe, expect, it } from '@jest/globals';
import { TEST_SENDS_PER_MINUTE, TestSendLimiter } from './test-send-limiter.js';

describe('TestSendLimiter', () => {
  it('allows the maximum per name in any minute, and counts no refused message', () => {
    const limiter = new TestSendLimiter();
    const take = (names: readonly string[], now: number) => limiter.take(names, now);
    for (let count = 0; count < TEST_SENDS_PER_MINUTE; count++) expect(take(['sms', 'key'], count)).toBe(0);
    expect(take(['sms', 'other key'], 1_000)).toBe(59_000);
    expect(take(['email', 'key'], 1_000)).toBe(59_000);
    expect(take(['email', 'other key'], 1_000)).toBe(0);
    expect(take(['sms', 'key'], 60_000)).toBe(0);
    expect(take(['sms', 'key'], 60_000)).toBe(1);
  });
});
