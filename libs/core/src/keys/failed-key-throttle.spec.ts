import { describe, expect, it } from '@jest/globals';
import { FailedKeyThrottle, type FailedKey, type FailedKeyLimits } from './failed-key-throttle.js';

const limits: FailedKeyLimits = { maxFailed: 3, windowMs: 600, firstMs: 60, longestMs: 240, maxAddresses: 2 };
const COUNTED: FailedKey = { retryAfterMs: null, started: false };
const started = (retryAfterMs: number): FailedKey => ({ retryAfterMs, started: true });
const throttled = (retryAfterMs: number): FailedKey => ({ retryAfterMs, started: false });

function guess(throttle: FailedKeyThrottle, address: string, keys: readonly string[], now: number): FailedKey[] {
  return keys.map((key) => throttle.fail(address, key, now));
}

describe('throttling of wrong keys', () => {
  it('starts at the third different key of an address, and does not affect other addresses', () => {
    const throttle = new FailedKeyThrottle(limits);
    expect(guess(throttle, 'a', ['1', '2', '3'], 0)).toEqual([COUNTED, COUNTED, started(60)]);
    expect(throttle.fail('a', 'new', 10)).toEqual(throttled(50));
    expect(throttle.fail('b', 'new', 10)).toEqual(COUNTED);
    expect(throttle.fail('a', 'new', 60)).toEqual(COUNTED);
  });

  it('does not count a repeated key, and recognises it without a look-up', () => {
    const throttle = new FailedKeyThrottle(limits);
    expect(guess(throttle, 'a', ['1', '1', '1', '1', '1'], 0)).toEqual(Array.from({ length: 5 }, () => COUNTED));
    expect([throttle.isKnownWrong('a', '1', 1), throttle.isKnownWrong('a', '2', 1)]).toEqual([true, false]);
    expect(throttle.isKnownWrong('a', '1', 600)).toBe(false);
  });

  it('recognises a repeated key without a look-up while its address is throttled', () => {
    const throttle = new FailedKeyThrottle(limits);
    guess(throttle, 'a', ['1', '2', '3', '4'], 0);
    expect(['3', '4', '5'].map((key) => throttle.isKnownWrong('a', key, 1))).toEqual([true, true, false]);
    expect(throttle.fail('a', '4', 60)).toEqual(COUNTED);
  });

  it('stores a bounded number of keys per address', () => {
    const throttle = new FailedKeyThrottle(limits);
    guess(throttle, 'a', ['1', '2', '3', '4', '5'], 0);
    const known = ['1', '2', '3', '4', '5'].filter((key) => throttle.isKnownWrong('a', key, 1));
    expect(known).toEqual(['3', '4', '5']);
  });

  it('does not count keys outside the window', () => {
    const throttle = new FailedKeyThrottle(limits);
    guess(throttle, 'a', ['1', '2'], 0);
    expect(guess(throttle, 'a', ['3', '4'], 600)).toEqual([COUNTED, COUNTED]);
  });

  it('lasts longer each time, up to a maximum, and is reset after a long time without wrong keys', () => {
    const throttle = new FailedKeyThrottle(limits);
    const startAt = (now: number): unknown => guess(throttle, 'a', [`${now}-1`, `${now}-2`, `${now}-3`], now).at(-1);
    expect([0, 100, 300, 600, 900].map(startAt)).toEqual([60, 120, 240, 240, 240].map(started));
    expect(startAt(900 + 240 + 241)).toEqual(started(60));
  });

  it('is not extended by throttled keys', () => {
    const throttle = new FailedKeyThrottle(limits);
    guess(throttle, 'a', ['1', '2', '3'], 0);
    guess(throttle, 'a', ['4', '5', '6', '7'], 30);
    expect(throttle.fail('a', '8', 60)).toEqual(COUNTED);
  });

  it('stores a bounded number of addresses', () => {
    const throttle = new FailedKeyThrottle(limits);
    for (const address of ['a', 'b', 'c']) guess(throttle, address, ['1', '2', '3'], 0);
    expect(throttle.fail('c', 'new', 1)).toEqual(throttled(59));
    expect(throttle.fail('b', 'new', 1)).toEqual(throttled(59));
    expect(throttle.fail('a', 'new', 1)).toEqual(COUNTED);
  });
});
