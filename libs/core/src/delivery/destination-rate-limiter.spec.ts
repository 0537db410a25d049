import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DestinationRateLimiter } from './destination-rate-limiter.js';

/** A limiter whose time the test sets. */
function limited(ratePerSecond: number, burst = 1) {
  const time = { now: 1_000_000, since: 0 };
  const limiter = new DestinationRateLimiter(
    { ratePerSecond, burst },
    () => time.since,
    () => time.now,
  );
  const advance = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += 1) {
      time.now += 1;
      await jest.advanceTimersByTimeAsync(1);
    }
  };
  return { limiter, time, advance };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('DestinationRateLimiter', () => {
  it('lets attempts start an interval apart, in the order in which they came', async () => {
    jest.useFakeTimers();
    const { limiter, advance } = limited(10);
    const started: number[] = [];
    for (let index = 0; index < 4; index += 1)
      void limiter
        .reserve()
        .waitForStart()
        .then(() => started.push(index));
    await advance(0);
    await Promise.resolve();
    expect(started).toEqual([0]);
    await advance(99);
    expect(started).toEqual([0]);
    await advance(1);
    expect(started).toEqual([0, 1]);
    await advance(200);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('says how long the rate had an attempt wait, at its start and at its write', async () => {
    jest.useFakeTimers();
    const { limiter, advance } = limited(10);
    const [first, second] = [limiter.reserve(), limiter.reserve()];
    expect(await first.waitForStart()).toBe(true);
    const begun = second.waitForStart();
    await advance(100);
    expect(await begun).toBe(true);
    expect([first.waitedMs, second.waitedMs]).toEqual([0, 100]);
    expect([first.takeWriteSlot(), second.takeWriteSlot()]).toEqual([0, 100]);
    expect(second.waitedMs).toBe(200);
  });

  it('has a second’s worth claimed ahead, and says when more may be', () => {
    const { limiter } = limited(10);
    const { calls } = limiter.allowance();
    expect(calls).toBe(11);
    for (let index = 0; index < calls; index += 1) limiter.reserve();
    // Two together: a claim for each would cost too much.
    expect(limiter.allowance()).toEqual({ calls: 0, inMs: 200 });
  });

  it('takes the slot of a write when it is written, and asks those that come too early to wait in turn', () => {
    const { limiter, time } = limited(10);
    const reservations = [limiter.reserve(), limiter.reserve(), limiter.reserve()];
    // All connected at the same moment.
    expect(reservations.map((reservation) => reservation.takeWriteSlot())).toEqual([0, 100, 200]);
    time.now += 100;
    expect(reservations[1]?.takeWriteSlot()).toBe(0);
    time.now += 60;
    // The timer of the third was early.
    expect(reservations[2]?.takeWriteSlot()).toBe(40);
    time.now += 40;
    expect([reservations[2]?.takeWriteSlot(), reservations.map(({ taken }) => taken)]).toEqual([0, [true, true, true]]);
  });

  it('lets nothing start ahead of those that wait at the write', () => {
    const { limiter } = limited(10);
    const reservations = [limiter.reserve(), limiter.reserve(), limiter.reserve()];
    for (const reservation of reservations) reservation.takeWriteSlot();
    // One went out now, two wait until 200 ms from now: of those within a second from now, eight are left.
    expect(limiter.allowance().calls).toBe(8);
  });

  it('sends nothing for an interval when the destination comes to this process', () => {
    const { limiter, time } = limited(10, 5);
    time.since = time.now;
    const early = limiter.reserve();
    expect(early.takeWriteSlot()).toBe(100);
    early.end();
    time.now += 100;
    expect([limiter.reserve().takeWriteSlot(), limiter.reserve().takeWriteSlot()]).toEqual([0, 100]);
  });

  it('has nothing wait for long', async () => {
    const { limiter, time } = limited(0.1);
    time.since = time.now;
    expect(limiter.reserve().takeWriteSlot()).toBeNull();
    expect(await limiter.reserve().waitForStart()).toBe(false);
  });

  it('remembers what was sent as long as it counts', () => {
    const { limiter, time } = limited(10);
    expect(limiter.isIdle()).toBe(true);
    const reservation = limiter.reserve();
    reservation.takeWriteSlot();
    reservation.end();
    expect(limiter.isIdle()).toBe(false);
    time.now += 100;
    expect(limiter.isIdle()).toBe(true);
  });
});
