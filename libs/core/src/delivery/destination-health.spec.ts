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
    expect(registry.breakers.get('d')).toEqual(health.breakerOf('d'));
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

  it('writes a breaker to the registry once if many calls report the same throttling', () => {
    const { health, registry } = world();
    let writes = 0;
    const { setBreaker } = registry;
    registry.setBreaker = (id, breaker) => {
      writes += 1;
      return setBreaker.call(registry, id, breaker);
    };
    for (let i = 0; i < 50; i += 1) health.throttle('d', 9_000);
    expect([writes, health.breakerOf('d')?.limitShare]).toEqual([1, 0.5]);
  });

  it('applies a breaker that another worker opened', async () => {
    const [here, there] = [world(), world()];
    here.fail(FAILURES_TO_OPEN);
    there.health.refresh((await here.registry.heartbeat('w')).breakers);
    expect(there.health.breakerOf('d')).toEqual(here.health.breakerOf('d'));
    there.clock.at += 60_000;
    there.health.recordOutcome('d', { kind: 'accepted' }, HOUR_MS);
    expect(there.registry.breakers.get('d')).toMatchObject({ openCount: 0 });
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
    expect([health.breakerOf('d'), registry.breakers.size]).toEqual([undefined, 0]);
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
      registry.breakers.clear();
      health.refresh((await registry.heartbeat('w')).breakers);
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
      there.health.refresh((await here.registry.heartbeat('w')).breakers);
      here.clock.at += 60_000;
      here.health.recordOutcome('d', { kind: 'accepted' }, HOUR_MS);
      there.clock.at += 24 * HOUR_MS;
      there.health.refresh((await here.registry.heartbeat('w')).breakers);
      expect(there.health.recordOutcome('d', away, HOUR_MS)).toBeNull();
      expect(there.health.breakerOf('d')?.openCount).toBe(0);
    });

    it('but not after throttling, which does not interrupt consecutive failures', async () => {
      const { health, clock, fail, registry } = world();
      fail(FAILURES_TO_OPEN - 1);
      health.throttle('d', clock.at + 1_000);
      await health.settled();
      health.refresh((await registry.heartbeat('w')).breakers);
      registry.breakers.clear();
      health.refresh((await registry.heartbeat('w')).breakers);
      fail(1);
      expect(health.breakerOf('d')?.openCount).toBe(1);
    });
  });
});
