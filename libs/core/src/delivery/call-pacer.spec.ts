import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CallPacer } from './call-pacer.js';

/** A pacer whose time the test sets. */
function paced(ratePerSecond: number, burst = 1) {
  const time = { now: 1_000_000, since: 0 };
  const pacer = new CallPacer(
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
  return { pacer, time, advance };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('CallPacer', () => {
  it('lets attempts start an interval apart, in the order in which they came', async () => {
    jest.useFakeTimers();
    const { pacer, advance } = paced(10);
    const started: number[] = [];
    for (let index = 0; index < 4; index += 1)
      void pacer
        .turn()
        .begin()
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
    const { pacer, advance } = paced(10);
    const [first, second] = [pacer.turn(), pacer.turn()];
    expect(await first.begin()).toBe(true);
    const begun = second.begin();
    await advance(100);
    expect(await begun).toBe(true);
    expect([first.waitedMs, second.waitedMs]).toEqual([0, 100]);
    expect([first.write(), second.write()]).toEqual([0, 100]);
    expect(second.waitedMs).toBe(200);
  });

  it('has a second’s worth claimed ahead, and says when more may be', () => {
    const { pacer } = paced(10);
    const { calls } = pacer.allowance();
    expect(calls).toBe(11);
    for (let index = 0; index < calls; index += 1) pacer.turn();
    // Two together: a claim for each would cost too much.
    expect(pacer.allowance()).toEqual({ calls: 0, inMs: 200 });
  });

  it('takes the slot of a write when it is written, and asks those that come too early to wait in turn', () => {
    const { pacer, time } = paced(10);
    const turns = [pacer.turn(), pacer.turn(), pacer.turn()];
    // All connected at the same moment.
    expect(turns.map((turn) => turn.write())).toEqual([0, 100, 200]);
    time.now += 100;
    expect(turns[1]?.write()).toBe(0);
    time.now += 60;
    // The timer of the third was early.
    expect(turns[2]?.write()).toBe(40);
    time.now += 40;
    expect([turns[2]?.write(), turns.map(({ taken }) => taken)]).toEqual([0, [true, true, true]]);
  });

  it('lets nothing start ahead of those that wait at the write', () => {
    const { pacer } = paced(10);
    const turns = [pacer.turn(), pacer.turn(), pacer.turn()];
    for (const turn of turns) turn.write();
    // One went out now, two wait until 200 ms from now: of those within a second from now, eight are left.
    expect(pacer.allowance().calls).toBe(8);
  });

  it('sends nothing for an interval when the destination comes to this process', () => {
    const { pacer, time } = paced(10, 5);
    time.since = time.now;
    const early = pacer.turn();
    expect(early.write()).toBe(100);
    early.end();
    time.now += 100;
    expect([pacer.turn().write(), pacer.turn().write()]).toEqual([0, 100]);
  });

  it('has nothing wait for long', async () => {
    const { pacer, time } = paced(0.1);
    time.since = time.now;
    expect(pacer.turn().write()).toBeNull();
    expect(await pacer.turn().begin()).toBe(false);
  });

  it('remembers what was sent as long as it counts', () => {
    const { pacer, time } = paced(10);
    expect(pacer.idle()).toBe(true);
    const turn = pacer.turn();
    turn.write();
    turn.end();
    expect(pacer.idle()).toBe(false);
    time.now += 100;
    expect(pacer.idle()).toBe(true);
  });
});
