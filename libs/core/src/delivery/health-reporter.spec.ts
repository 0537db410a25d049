import { describe, expect, it } from '@jest/globals';
import { MemoryWorkerRegistry } from '../testing/memory-worker-registry.js';
import { DestinationHealth } from './destination-health.js';
import { HealthReporter } from './health-reporter.js';

const away = { kind: 'transient', message: 'away' } as const;

function world() {
  const registry = new MemoryWorkerRegistry();
  const clock = { at: 1_000, now: () => clock.at };
  const health = new DestinationHealth(registry, clock, () => undefined);
  return { registry, clock, health, reporter: new HealthReporter(registry, health) };
}

describe('HealthReporter', () => {
  it('reports the outcomes again that could not be written, together with the later outcomes', async () => {
    const { registry, clock, health, reporter } = world();
    const { addHealth } = registry;
    registry.addHealth = () => Promise.reject(new Error('the database is away'));
    for (const id of ['fails', 'recovers', 'stays']) health.recordOutcome(id, away, 60_000);
    await expect(reporter.once()).rejects.toThrow('away');
    clock.at = 2_000;
    health.recordOutcome('fails', away, 60_000);
    health.recordOutcome('recovers', { kind: 'accepted' }, 60_000);
    registry.addHealth = addHealth;
    await reporter.once();
    expect(registry.health).toHaveLength(3);
    expect(registry.health).toEqual(
      expect.arrayContaining([
        { destinationId: 'fails', lastSuccessAt: null, lastFailureAt: 2_000, failures: 2 },
        { destinationId: 'recovers', lastSuccessAt: 2_000, lastFailureAt: 1_000, failures: 0 },
        { destinationId: 'stays', lastSuccessAt: null, lastFailureAt: 1_000, failures: 1 },
      ]),
    );
  });
});
