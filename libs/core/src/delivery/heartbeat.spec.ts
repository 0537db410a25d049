import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MemoryWorkerRegistry } from '../testing/memory-worker-registry.js';
import { DestinationHealth } from './destination-health.js';
import { Heartbeat } from './heartbeat.js';
import { WorkerRing } from './worker-ring.js';

const away = { kind: 'transient', message: 'away' } as const;

function world() {
  const registry = new MemoryWorkerRegistry();
  const clock = { at: 1_000, now: () => clock.at };
  const health = new DestinationHealth(registry, clock, () => undefined);
  const heartbeat = new Heartbeat(registry, new WorkerRing(randomUUID()), health, clock);
  const report = async (): Promise<void> => {
    for (let i = 0; i < 3; i += 1) await heartbeat.once();
  };
  return { registry, clock, health, heartbeat, report };
}

describe('Heartbeat', () => {
  it('reports the outcomes again that could not be written, together with the later outcomes', async () => {
    const { registry, clock, health, report } = world();
    const { addHealth } = registry;
    registry.addHealth = () => Promise.reject(new Error('the database is away'));
    for (const id of ['fails', 'recovers', 'stays']) health.recordOutcome(id, away, 60_000);
    await expect(report()).rejects.toThrow('away');
    clock.at = 2_000;
    health.recordOutcome('fails', away, 60_000);
    health.recordOutcome('recovers', { kind: 'accepted' }, 60_000);
    registry.addHealth = addHealth;
    await report();
    expect(registry.health).toHaveLength(3);
    expect(registry.health).toEqual(
      expect.arrayContaining([
        { destinationId: 'fails', lastSuccessAt: null, lastFailureAt: 2_000, failures: 2 },
        { destinationId: 'recovers', lastSuccessAt: 2_000, lastFailureAt: 1_000, failures: 0 },
        { destinationId: 'stays', lastSuccessAt: null, lastFailureAt: 1_000, failures: 1 },
      ]),
    );
  });

  it('writes its last report even if it cannot leave the registry', async () => {
    const { registry, health, heartbeat } = world();
    registry.leave = () => Promise.reject(new Error('the statement was cancelled'));
    health.recordOutcome('d', away, 60_000);
    await expect(heartbeat.leave()).rejects.toThrow('cancelled');
    expect(registry.health).toHaveLength(1);
  });
});
