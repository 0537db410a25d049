import { describe, expect, it } from '@jest/globals';
import { MemoryWorkerRegistry } from '../testing/memory-worker-registry.js';
import { DestinationHealth } from './destination-health.js';
import { FAILURES_TO_OPEN } from './circuit-breaker.js';

const HOUR_MS = 3_600_000;
const away = { kind: 'transient', message: 'away' } as const;

function world() {
  const registry = new MemoryWorkerRegistry();
  const clock = { at: 1_000, now: () => clock.at };
  const health = new DestinationHealth(registry, clock, (error) => {
    throw error;
  });
  const fail = (times: number): void => {
    for (let i = 0; i < times; i += 1) health.recordOutcome('d', away, HOUR_MS);
  };
  return { registry, clock, health, fail };
}

/** Creates a world that counts the breakers of each write. */
function counted() {
  const { registry, ...others } = world();
  const writes: number[] = [];
  const setBreakers = registry.setBreakers.bind(registry);
  registry.setBreakers = (changes) => {
    writes.push(changes.length);
    return setBreakers(changes);
  };
  return { ...others, registry, writes };
}

describe('DestinationHealth', () => {
  it('counts only consecutive failures: an answer of the vendor resets the count, and internal errors do not count', () => {
    const { health, fail, registry } = world();
    fail(FAILURES_TO_OPEN - 1);
    health.recordOutcome('d', { kind: 'rejected', message: 'no such number' }, HOUR_MS);
    fail(FAILURES_TO_OPEN - 1);
    health.recordOutcome('d', { kind: 'internal_error', message: 'ours' }, HOUR_MS);
    health.recordOutcome('d', { kind: 'mapping', message: 'ours' }, HOUR_MS);
    expect(health.breakerOf('d')).toBeUndefined();
    fail(1);
    expect(health.breakerOf('d')?.openCount).toBe(1);
    expect(registry.breakerOf('d')).toEqual(health.breakerOf('d'));
  });

  it('reports an opened breaker once with the last failure, and again only after the destination recovered', () => {
    const { health, clock } = world();
    const effects = (times: number, message = 'away'): unknown[] =>
      Array.from({ length: times }, () => health.recordOutcome('d', { kind: 'transient', message }, HOUR_MS)).filter(
        (effect) => effect !== null,
      );
    expect(effects(FAILURES_TO_OPEN - 1)).toEqual([]);
    const until = expect.any(Number);
    const opened = { kind: 'opened', reason: 'HTTP 503', errorKind: 'transient', until };
    expect(effects(5, 'HTTP 503')).toEqual([opened]);
    for (let probe = 0; probe < 3; probe += 1) {
      clock.at = (health.breakerOf('d')?.openUntil ?? 0) + 1;
      expect(effects(1)).toEqual([]);
    }
    clock.at += 1_000_000;
    health.recordOutcome('d', { kind: 'accepted' }, HOUR_MS);
    expect(effects(FAILURES_TO_OPEN, 'HTTP 503')).toEqual([opened]);
  });

  describe('alerts about refusals that may concern the destination', () => {
    const suspicious = { kind: 'rejected', message: 'wrong sender', suspectsDestination: true } as const;

    it('if they are a tenth of the answers, although other messages are accepted', () => {
      const { health, clock } = world();
      const alerts: unknown[] = [];
      for (let i = 0; i < 20; i += 1) {
        clock.at += 60_000;
        for (let n = 0; n < 4; n += 1) health.recordOutcome('d', { kind: 'accepted' }, HOUR_MS);
        alerts.push(health.recordOutcome('d', suspicious, HOUR_MS));
      }
      const reason = 'The vendor refused 10 of 46 messages. Last refusal: wrong sender';
      const alert = { kind: 'alert', reason, errorKind: 'rejected' };
      expect(alerts.map((effect) => effect !== null)).toEqual(Array.from({ length: 20 }, (_, i) => i % 10 === 9));
      expect(alerts[9]).toEqual(alert);
    });

    it('but not if nearly all messages are accepted, or if they are spread over hours', () => {
      const { health, clock } = world();
      const run = (accepted: number, stepMs: number): unknown[] =>
        Array.from({ length: 30 }, () => {
          clock.at += stepMs;
          for (let n = 0; n < accepted; n += 1) health.recordOutcome('d', { kind: 'accepted' }, HOUR_MS);
          return health.recordOutcome('d', suspicious, HOUR_MS);
        }).filter((effect) => effect !== null);
      expect(run(15, 1_000)).toEqual([]);
      health.reset('d');
      expect(run(1, 600_000)).toEqual([]);
      health.reset('d');
      // Without an accepted message, ten refusals are enough, however rare they are.
      expect(run(0, 6 * HOUR_MS)).toHaveLength(3);
    });
  });

  it('reports the last success, the last failure and the failures since the last success', () => {
    const { health, clock, fail } = world();
    fail(2);
    health.recordOutcome('d', { kind: 'accepted' }, HOUR_MS);
    clock.at = 2_000;
    fail(1);
    health.recordOutcome('d', { kind: 'throttled', message: 'slow down' }, HOUR_MS);
    health.recordOutcome('d', { kind: 'rejected', message: 'no such number' }, HOUR_MS);
    health.recordOutcome('d', { kind: 'mapping', message: 'ours' }, HOUR_MS);
    expect(health.takeReport()).toEqual([
      { destinationId: 'd', lastSuccessAt: 1_000, lastFailureAt: 2_000, failures: 2 },
    ]);
    fail(1);
    expect(health.takeReport()).toEqual([
      { destinationId: 'd', lastSuccessAt: null, lastFailureAt: 2_000, failures: 1 },
    ]);
    expect(health.takeReport()).toEqual([]);
  });

  it('writes a breaker to the registry once if many calls report the same throttling', async () => {
    const { health, writes } = counted();
    for (let i = 0; i < 50; i += 1) health.throttle('d', 9_000);
    await health.settled();
    expect([writes, health.breakerOf('d')?.limitShare]).toEqual([[1], 0.5]);
  });

  it('writes the last breaker of each destination together if many calls are throttled during a write', async () => {
    const { health, registry, writes } = counted();
    for (let i = 0; i < 50; i += 1) for (const id of ['d', 'e', 'f']) health.throttle(id, 9_000 + i);
    await health.settled();
    expect(writes).toEqual([1, 3]);
    expect(['d', 'e', 'f'].map((id) => registry.breakerOf(id)?.openUntil)).toEqual([9_049, 9_049, 9_049]);
  });

  it('repeats a failed write with the next heartbeat, and keeps its own breaker until then', async () => {
    const registry = new MemoryWorkerRegistry();
    const faults: unknown[] = [];
    const health = new DestinationHealth(registry, { now: () => 1_000 }, (error) => faults.push(error));
    const setBreakers = registry.setBreakers.bind(registry);
    registry.setBreakers = () => Promise.reject(new Error('the database is away'));
    health.throttle('d', 9_000);
    await health.settled();
    expect([faults.length, registry.breakerOf('d')]).toEqual([1, undefined]);

    registry.setBreakers = setBreakers;
    health.refresh([{ destinationId: 'd', seq: 1, pauseSeq: null, breaker: null }]);
    await health.settled();
    expect(registry.breakerOf('d')).toEqual(health.breakerOf('d'));
    expect(health.breakerOf('d')).toMatchObject({ openUntil: 9_000 });
  });

  it('forgets a breaker that restricts nothing any more', async () => {
    const [here, there] = [world(), world()];
    here.health.throttle('d', 9_000);
    await here.health.settled();
    there.health.refresh(here.registry.changedAfter(0));
    there.clock.at = 9_000 + 20_000;
    there.health.refresh([]);
    expect(there.health.breakerOf('d')).toBeDefined();
    there.clock.at = 9_000 + 60_000;
    there.health.refresh([]);
    expect(there.health.breakerOf('d')).toBeUndefined();
  });

  it('applies a breaker that another worker opened', () => {
    const [here, there] = [world(), world()];
    here.fail(FAILURES_TO_OPEN);
    there.health.refresh(here.registry.changedAfter(0));
    expect(there.health.breakerOf('d')).toEqual(here.health.breakerOf('d'));
    there.clock.at += 60_000;
    there.health.recordOutcome('d', { kind: 'accepted' }, HOUR_MS);
    expect(there.registry.breakerOf('d')).toMatchObject({ openCount: 0 });
  });

  it('returns a pause if the destination has failed for too long, and starts as healthy after a reset', async () => {
    const { health, clock, fail, registry } = world();
    fail(FAILURES_TO_OPEN);
    clock.at += HOUR_MS;
    expect(health.recordOutcome('d', away, HOUR_MS)).toEqual({
      kind: 'pause',
      reason:
        'Every call since 1970-01-01T00:00:01.000Z failed. Fix the cause, then resume the destination. Last failure: away',
      errorKind: 'transient',
    });
    health.reset('d');
    await health.settled();
    expect([health.breakerOf('d'), registry.breakerOf('d')]).toEqual([undefined, null]);
    fail(FAILURES_TO_OPEN - 1);
    expect(health.breakerOf('d')).toBeUndefined();
  });

  it('returns the pause again if it was not written', () => {
    const { health, clock, fail } = world();
    fail(FAILURES_TO_OPEN - 1);
    clock.at += HOUR_MS;
    expect(health.recordOutcome('d', away, HOUR_MS)?.kind).toBe('pause');
    expect(health.recordOutcome('d', away, HOUR_MS)?.kind).toBe('pause');
  });

  describe('starts a new count', () => {
    it('after a person paused the destination and resumed it a day later', async () => {
      const { health, clock, fail, registry } = world();
      // The calls that were in flight when the breaker opened fail, too.
      fail(3 * FAILURES_TO_OPEN);
      await health.settled();
      clock.at += 24 * HOUR_MS;
      await registry.setBreakers([{ destinationId: 'd', breaker: null }]);
      health.refresh(registry.changedAfter(0));
      expect(health.recordOutcome('d', away, HOUR_MS)).toBeNull();
      fail(FAILURES_TO_OPEN - 2);
      expect(health.breakerOf('d')).toBeUndefined();
      fail(1);
      expect(health.breakerOf('d')).toMatchObject({ openCount: 1, failingSince: clock.at });
    });

    it('after another worker opened the breaker and the destination recovered', async () => {
      const [here, there] = [world(), world()];
      here.fail(FAILURES_TO_OPEN);
      there.fail(FAILURES_TO_OPEN - 1);
      there.health.refresh(here.registry.changedAfter(0));
      here.clock.at += 60_000;
      here.health.recordOutcome('d', { kind: 'accepted' }, HOUR_MS);
      await here.health.settled();
      there.clock.at += 24 * HOUR_MS;
      there.health.refresh(here.registry.changedAfter(0));
      expect(there.health.recordOutcome('d', away, HOUR_MS)).toBeNull();
      expect(there.health.breakerOf('d')).toBeUndefined();
    });

    it('but not after throttling, which does not interrupt consecutive failures', async () => {
      const { health, clock, fail, registry } = world();
      fail(FAILURES_TO_OPEN - 1);
      health.throttle('d', clock.at + 1_000);
      await health.settled();
      await registry.setBreakers([{ destinationId: 'd', breaker: null }]);
      health.refresh(registry.changedAfter(0));
      fail(1);
      expect(health.breakerOf('d')?.openCount).toBe(1);
    });
  });
});
