import { describe, expect, it } from '@jest/globals';
import { LockOut, type LockOutLimits } from './lock-out.js';

const limits: LockOutLimits = {
  maxBad: 3,
  windowMs: 600,
  firstLockMs: 60,
  longestLockMs: 240,
  rememberGoodMs: 3_600,
  maxAddresses: 2,
  maxGood: 2,
};

/** Shows bad keys one after another. @returns whether each of them locked the address */
function guess(lockOut: LockOut, address: string, keys: readonly string[], now: number): boolean[] {
  return keys.map((key) => lockOut.bad(address, key, now));
}

describe('locking out whoever guesses keys', () => {
  it('locks an address at its third different bad key, and no other address', () => {
    const lockOut = new LockOut(limits);
    expect(guess(lockOut, 'a', ['1', '2', '3'], 0)).toEqual([false, false, true]);
    expect(lockOut.judge('a', 'new', 10)).toEqual({ kind: 'locked', retryAfterMs: 50 });
    expect(lockOut.judge('b', 'new', 10)).toEqual({ kind: 'try' });
    expect(lockOut.judge('a', 'new', 60)).toEqual({ kind: 'try' });
  });

  it('does not take the same key again and again for guessing, and need not look it up again', () => {
    const lockOut = new LockOut(limits);
    expect(guess(lockOut, 'a', ['1', '1', '1', '1', '1'], 0)).not.toContain(true);
    expect(lockOut.judge('a', '1', 1)).toEqual({ kind: 'bad' });
    expect(lockOut.judge('a', '2', 1)).toEqual({ kind: 'try' });
  });

  it('forgets bad keys that lie far apart', () => {
    const lockOut = new LockOut(limits);
    guess(lockOut, 'a', ['1', '2'], 0);
    expect(guess(lockOut, 'a', ['3', '4'], 600)).toEqual([false, false]);
    expect(lockOut.judge('a', '1', 600)).toEqual({ kind: 'try' });
  });

  it('locks for longer each time, up to a bound, and starts afresh after a long quiet', () => {
    const lockOut = new LockOut(limits);
    const lockAt = (now: number): unknown => {
      guess(lockOut, 'a', [`${now}-1`, `${now}-2`, `${now}-3`], now);
      return lockOut.judge('a', 'new', now);
    };
    const locked = (retryAfterMs: number): object => ({ kind: 'locked', retryAfterMs });
    expect([0, 100, 300, 600, 900].map(lockAt)).toEqual([60, 120, 240, 240, 240].map(locked));
    expect(lockAt(900 + 240 + 241)).toEqual(locked(60));
  });

  it('lets a key through that was good there before, and only that one', () => {
    const lockOut = new LockOut(limits);
    lockOut.good('a', 'mine', 0);
    guess(lockOut, 'a', ['1', '2', '3'], 1);
    expect(lockOut.judge('a', 'mine', 2)).toEqual({ kind: 'try' });
    expect(lockOut.judge('a', 'other', 2)).toMatchObject({ kind: 'locked' });
    lockOut.bad('a', 'mine', 3); // It has been revoked.
    expect(lockOut.judge('a', 'mine', 4)).toMatchObject({ kind: 'locked' });
  });

  it('does not forget bad keys because of a good one', () => {
    const lockOut = new LockOut(limits);
    guess(lockOut, 'a', ['1', '2'], 0);
    lockOut.good('a', 'mine', 1);
    expect(lockOut.bad('a', '3', 2)).toBe(true);
  });

  it('remembers a bounded number of addresses and keys', () => {
    const lockOut = new LockOut(limits);
    guess(lockOut, 'a', ['1', '2', '3'], 0);
    guess(lockOut, 'b', ['1', '2', '3'], 0);
    guess(lockOut, 'c', ['1', '2', '3'], 0);
    expect(['a', 'b', 'c'].map((address) => lockOut.judge(address, 'new', 1).kind)).toEqual([
      'try',
      'locked',
      'locked',
    ]);
    for (const key of ['x', 'y', 'z']) lockOut.good('c', key, 1);
    expect(['x', 'y', 'z'].map((key) => lockOut.judge('c', key, 1).kind)).toEqual(['locked', 'try', 'try']);
  });
});
