import { describe, expect, it } from '@jest/globals';
import { AddressLimiter } from './address-limiter.js';

describe('AddressLimiter', () => {
  it('allows a number of calls per minute for each address', () => {
    const limiter = new AddressLimiter(2);
    const allowed = (address: string, now: number): boolean => limiter.allows(address, now);
    expect([allowed('a', 0), allowed('a', 30_000), allowed('a', 59_999), allowed('b', 59_999)]).toEqual([
      ...[true, true, false, true],
    ]);
    expect([allowed('a', 60_000), allowed('a', 60_000), allowed('a', 60_000)]).toEqual([true, true, false]);
  });

  it('forgets the oldest addresses, so that its memory is bounded', () => {
    const limiter = new AddressLimiter(1);
    for (let index = 0; index <= 10_000; index += 1) limiter.allows(`address-${index}`, index);
    expect([limiter.allows('address-1', 10_000), limiter.allows('address-0', 10_000)]).toEqual([false, true]);
  });
});
