import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DestinationRateLimiter } from './destination-rate-limiter.js';

/** Creates a limiter that reads the time from a variable of the test. */
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
  it('starts attempts one interval apart, in the order of their arrival', async () => {
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

  it('reports how long an attempt waited for the rate, at its start and at its write', async () => {
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

  it('allows claims for one second ahead, and returns the time until the next claim', () => {
    const { limiter } = limited(10);
    const { calls } = limiter.allowance();
    expect(calls).toBe(11);
    for (let index = 0; index < calls; index += 1) limiter.reserve();
    // The limiter allows no claim yet, because the next two calls are claimed together: one claim per call would cost
    // too much.
    expect(limiter.allowance()).toEqual({ calls: 0, inMs: 200 });
  });

  it('takes a write slot at the write, and delays early writes in turn', () => {
    const { limiter, time } = limited(10);
    const reservations = [limiter.reserve(), limiter.reserve(), limiter.reserve()];
    // All three requests have an established connection at the same moment.
    expect(reservations.map((reservation) => reservation.takeWriteSlot())).toEqual([0, 100, 200]);
    time.now += 100;
    expect(reservations[1]?.takeWriteSlot()).toBe(0);
    time.now += 60;
    // The timer of the third request fired early.
    expect(reservations[2]?.takeWriteSlot()).toBe(40);
    time.now += 40;
    expect([reservations[2]?.takeWriteSlot(), reservations.map(({ taken }) => taken)]).toEqual([0, [true, true, true]]);
  });

  it('starts no attempt before the requests that wait for a write slot', () => {
    const { limiter } = limited(10);
    const reservations = [limiter.reserve(), limiter.reserve(), limiter.reserve()];
    for (const reservation of reservations) reservation.takeWriteSlot();
    // One call was sent now, and two wait for up to 200 ms. Within one second, eight more calls are allowed.
    expect(limiter.allowance().calls).toBe(8);
  });

  it('sends nothing for one interval after this process has become the owner', () => {
    const { limiter, time } = limited(10, 5);
    time.since = time.now;
    const early = limiter.reserve();
    expect(early.takeWriteSlot()).toBe(100);
    early.end();
    time.now += 100;
    expect([limiter.reserve().takeWriteSlot(), limiter.reserve().takeWriteSlot()]).toEqual([0, 100]);
  });

  it('refuses an attempt that would wait for too long', async () => {
    const { limiter, time } = limited(0.1);
    time.since = time.now;
    expect(limiter.reserve().takeWriteSlot()).toBeNull();
    expect(await limiter.reserve().waitForStart()).toBe(false);
  });

  it('gives no write slot to a request of an attempt that has ended, and delays no other attempt for it', () => {
    const { limiter } = limited(10);
    const [first, late, next] = [limiter.reserve(), limiter.reserve(), limiter.reserve()];
    expect(first.takeWriteSlot()).toBe(0);
    late.end();
    expect(late.takeWriteSlot()).toBeNull();
    expect(next.takeWriteSlot()).toBe(100);
  });

  it('is not idle while an earlier call counts', () => {
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
