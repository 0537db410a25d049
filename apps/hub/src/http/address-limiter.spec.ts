import { describe, expect, it } from '@jest/globals';
import { AddressLimiter } from './address-limiter.js';

describe('AddressLimiter', () => {
  it('allows a number of calls per minute for each address', () => {
    const limited: string[] = [];
    const limiter = new AddressLimiter(2, (address) => limited.push(address));
    const allowed = (address: string, now: number): boolean => limiter.allows(address, now);
    expect([allowed('a', 0), allowed('a', 30_000), allowed('a', 59_999), allowed('b', 59_999)]).toEqual([
      ...[true, true, false, true],
    ]);
    expect(limited).toEqual(['a']);
    expect([60_000, 60_000, 60_000, 60_001].map((now) => allowed('a', now))).toEqual([true, true, false, false]);
    expect(limited).toEqual(['a', 'a']); // Once per minute.
  });

  it('begins a new minute if the clock goes back', () => {
    const limiter = new AddressLimiter(1, () => undefined);
    expect([1_000_000, 1_000_000, 10, 10].map((now) => limiter.allows('a', now))).toEqual([true, false, true, false]);
  });

  it('forgets the oldest addresses, so that its memory is bounded', () => {
    const limiter = new AddressLimiter(1, () => undefined);
    for (let index = 0; index <= 10_000; index += 1) limiter.allows(`address-${index}`, index);
    expect([limiter.allows('address-1', 10_000), limiter.allows('address-0', 10_000)]).toEqual([false, true]);
  });
});
