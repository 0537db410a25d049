import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openTestDatabase } from '../testing/open-test-database.js';
import { DatabaseClock, MonotonicTime, type ClockNotices, type ClockSample } from './database-clock.js';
import { databaseTime } from './database-time.js';

const DAY_MS = 86_400_000;
/** Simulated time of the database, in milliseconds since the epoch, when the monotonic time is zero. */
const BASE = 1_795_544_400_000;

/** Creates a clock with a simulated monotonic time, a simulated database and a simulated host clock. */
function fakeClock() {
  const world = { steady: 1_000, base: BASE, host: 0, roundTripMs: 0, isAway: false, asked: 0 };
  const notices: [string, number][] = [];
  const heard: ClockNotices = {
    offsetChanged: (offsetMs) => notices.push(['offset', offsetMs]),
    stepped: (stepMs) => notices.push(['step', stepMs]),
  };
  jest.spyOn(performance, 'now').mockImplementation(() => world.steady);
  const sample = (roundTripMs: number, wrongBy = 0): ClockSample => ({
    sentAt: world.steady - roundTripMs,
    databaseTime: world.base + world.steady - roundTripMs / 2 + wrongBy,
    receivedAt: world.steady,
  });
  const clock = new DatabaseClock(
    () => {
      world.asked += 1;
      if (world.isAway) return Promise.reject(new Error('away'));
      return Promise.resolve([
        sample(world.roundTripMs + 40, 20),
        sample(world.roundTripMs),
        sample(world.roundTripMs + 90, -45),
      ]);
    },
    heard,
    { now: () => world.base + world.steady + world.host },
  );
  return { clock, world, notices };
}

describe('DatabaseClock', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('throws if it is read before its first measurement', () => {
    expect(() => fakeClock().clock.now()).toThrow('before its first measurement');
  });

  it('shows the time of the fastest sample, advanced by monotonic time, in whole milliseconds', async () => {
    const { clock, world } = fakeClock();
    await clock.measure();
    expect(clock.now()).toBe(BASE + 1_000);
    world.steady += 7.75;
    expect(clock.now()).toBe(BASE + 1_007);
    world.host = 400 * DAY_MS;
    expect(clock.now()).toBe(BASE + 1_007);
  });

  it("reports the host's offset when it exceeds a second, when it changes, and when it falls below a second", async () => {
    const { clock, world, notices } = fakeClock();
    for (const host of [-600_000, -600_400, 34_560_000_000, 900, 0]) {
      world.host = host;
      await clock.measure();
      expect(clock.offsetMs).toBe(host);
    }
    expect(notices).toEqual([
      ['offset', -600_000],
      ['offset', 34_560_000_000],
      ['offset', 900],
    ]);
  });

  it("reports a step of the database's time and never moves back", async () => {
    const { clock, world, notices } = fakeClock();
    await clock.measure();
    world.base -= 60_000;
    await clock.measure();
    expect(clock.now()).toBe(BASE + 1_000);
    world.steady += 30_000;
    expect(clock.now()).toBe(BASE + 1_000);
    world.steady += 31_000;
    expect(clock.now()).toBe(BASE + 2_000);
    expect(notices).toEqual([['step', -60_000]]);
  });

  it('ignores slow readings after its first measurement', async () => {
    const { clock, world } = fakeClock();
    world.roundTripMs = 2_000;
    await clock.measure();
    expect(clock.now()).toBe(BASE + 1_000);
    world.base += 60_000;
    await clock.measure();
    expect(clock.now()).toBe(BASE + 1_000);
    world.roundTripMs = 0;
    await clock.measure();
    expect(clock.now()).toBe(BASE + 61_000);
  });

  it('measures every five seconds, every second while that fails, and at once after a suspension', async () => {
    const { clock, world } = fakeClock();
    jest.useFakeTimers({ doNotFake: ['performance', 'Date'] });
    await clock.measure();
    clock.start();
    const second = async (): Promise<number> => {
      world.steady += 1_000;
      await jest.advanceTimersByTimeAsync(1_000);
      return world.asked;
    };
    const asked: number[] = [];
    for (let n = 0; n < 5; n += 1) asked.push(await second());
    world.isAway = true;
    for (let n = 0; n < 6; n += 1) asked.push(await second());
    world.isAway = false;
    asked.push(await second(), await second());
    clock.measureSoon();
    asked.push(await second(), await second());
    // Simulates a timer that fires about three seconds late.
    world.steady += 2_500;
    asked.push(await second());
    await clock.stop();
    expect(asked).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 4, 5, 5, 6, 6, 7]);
  });
});

describe('the clock of an open database', () => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    database = await openTestDatabase();
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());

  it('is measured and shows PostgreSQL’s time', async () => {
    const before = await databaseTime(database.dataSource);
    const now = database.clock.now();
    const after = await databaseTime(database.dataSource);
    // The error of a measurement is at most half of its round trip, which is below a minute on the slowest machine.
    expect(now).toBeGreaterThan(before - 60_000);
    expect(now).toBeLessThan(after + 60_000);
  });
});

describe('MonotonicTime', () => {
  it('throws if it is read before it has a reference', () => {
    expect(() => new MonotonicTime().at(0)).toThrow('before its first measurement');
  });

  it('advances with monotonic time, and steps forward to a reference that is ahead', () => {
    const time = new MonotonicTime();
    expect(time.follow(BASE, 100)).toBe(0);
    expect(time.at(350)).toBe(BASE + 350);
    expect(time.follow(BASE + 600_000, 400)).toBe(600_000);
    expect(time.at(400)).toBe(BASE + 600_400);
  });

  it('slews to a reference that is slightly behind: runs 5 % slower until both meet', () => {
    const time = new MonotonicTime();
    time.follow(BASE, 0);
    expect(time.follow(BASE - 100, 1_000)).toBe(-100);
    expect(time.at(1_000)).toBe(BASE + 1_000);
    expect(time.at(2_000)).toBe(BASE - 100 + 2_000 + 50);
    expect(time.at(3_000)).toBe(BASE - 100 + 3_000);
    expect(time.at(9_000)).toBe(BASE - 100 + 9_000);
  });

  it('stops for a reference that is far behind, and never moves back', () => {
    const time = new MonotonicTime();
    time.follow(BASE, 0);
    time.follow(BASE - 5_000, 1_000);
    for (const at of [1_000, 3_000, 6_000]) expect(time.at(at)).toBe(BASE + 1_000);
    expect(time.at(6_001)).toBe(BASE + 1_001);
  });
});
