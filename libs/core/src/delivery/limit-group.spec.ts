import { describe, expect, it } from '@jest/globals';
import { LimitGroup, type LimitGroupMember } from './limit-group.js';

/** Returns a group with these members, and a function that takes all calls that the group gives to a member. */
function group(...names: readonly string[]) {
  const limits = new LimitGroup('brand-1/account');
  const members = new Map(
    names.map((destinationId): [string, LimitGroupMember] => [destinationId, { destinationId, resume: () => true }]),
  );
  const member = (name: string): LimitGroupMember => {
    const found = members.get(name);
    if (found === undefined) throw new Error(`There is no member ${name}.`);
    return found;
  };
  for (const one of members.values()) limits.join(one, 0);
  /** Takes calls as a slice does, and returns their number. */
  const take = (name: string, possible: number, now = 0): number => {
    let taken = 0;
    for (;;) {
      const share = limits.shareOf(member(name), possible - taken, now);
      if (share === 0) return taken;
      limits.reserveClaim(member(name), share);
      limits.endClaim(member(name), share, share, false);
      taken += share;
    }
  };
  return { limits, member, take };
}

describe('LimitGroup', () => {
  it('gives all calls to a destination that is alone', () => {
    expect(group('a').take('a', 7)).toBe(7);
    expect(group('a', 'b').take('a', 7)).toBe(7);
  });

  it('divides the calls equally, although the same destination always asks first', () => {
    const { take } = group('a', 'b', 'c');
    for (const name of ['a', 'b', 'c']) take(name, 0);
    const taken = { a: 0, b: 0, c: 0 };
    for (let round = 0; round < 30; round += 1) {
      let left = 5;
      for (const name of ['a', 'b', 'c'] as const) {
        const calls = take(name, left);
        taken[name] += calls;
        left -= calls;
      }
      expect(left).toBe(0);
    }
    expect(taken).toEqual({ a: 50, b: 50, c: 50 });
  });

  it('gives the calls of a destination that no longer asks to the others', () => {
    const { take } = group('a', 'b');
    take('a', 0);
    expect(take('b', 4, 1)).toBe(2);
    expect(take('b', 4, 500)).toBe(1);
    expect(take('b', 4, 1_001)).toBe(4);
  });

  it('gives the calls of a destination without due deliveries to the others at once', () => {
    const { limits, member, take } = group('a', 'b');
    take('a', 0);
    take('b', 2);
    limits.reserveClaim(member('a'), 1);
    limits.endClaim(member('a'), 1, 0, true);
    expect(take('b', 4)).toBe(4);
  });

  it('counts the calls of all members, and schedules every member that waits for a released call', () => {
    const { limits, member } = group('a', 'b', 'c');
    limits.reserve(2);
    expect(limits.free(3)).toBe(1);
    limits.wait(member('b'));
    limits.wait(member('c'));
    expect([limits.isContended(member('a')), limits.isContended(member('b'))]).toEqual([true, true]);
    expect(limits.release(1)).toEqual(['b', 'c']);
    expect(limits.release(1)).toEqual([]);
    expect([limits.free(3), limits.isContended(member('a'))]).toEqual([3, false]);
  });

  it('moves the calls in flight of a destination with the destination', () => {
    const { limits, member } = group('a', 'b');
    limits.reserve(3);
    limits.leave(member('a'), 2);
    expect([limits.free(10), limits.isEmpty]).toEqual([9, false]);
    limits.leave(member('b'), 1);
    expect([limits.free(10), limits.isEmpty]).toEqual([10, true]);
  });

  it('subtracts the calls of running claims from the allowance', () => {
    const { limits, member } = group('a', 'b');
    limits.setRate({ ratePerSecond: 0.01, burst: 20 }, () => Number.NEGATIVE_INFINITY);
    const before = limits.allowance()?.calls ?? 0;
    expect(before).toBe(20);
    limits.reserveClaim(member('a'), before);
    expect(limits.allowance()?.calls).toBe(0);
    limits.endClaim(member('a'), before, 0, true);
    expect(limits.allowance()?.calls).toBe(before);
  });
});
