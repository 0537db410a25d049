import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { configurationRecords, destinationRecord, simpleAdapter } from '../testing/configuration-builder.js';
import type { FieldProblem } from './destination-gateway.port.js';
import { StoredValuesCheck } from './destinations.js';
import { InvalidDestinations } from './invalid-destinations.js';
import { PausedDestinations } from './paused-destinations.js';
import { loadedStore } from '../testing/loaded-store.js';

const MISSING: FieldProblem = { field: 'url', message: 'is required', missing: true };

/** Creates a hub with one plugin, `recorder`, whose settings require a `url`. */
function hub() {
  const world = { revision: 1, destinations: [destinationRecord({ settings: { url: 'https://example.com' } })] };
  const checks: string[] = [];
  const storedValues = new StoredValuesCheck({
    facts: (type) =>
      type === 'recorder'
        ? {
            ...{ type, messaging: 'sms', quotaExcess: 'wait', hasStatusCallback: false, addressPathsOf: () => [] },
            ...{ limits: () => ({}), idempotent: () => false, batch: () => undefined, preset: () => undefined },
          }
        : undefined,
    checkCredentials: (_type, credentials) => (credentials['key'] === 'k' ? [] : [{ ...MISSING, field: 'key' }]),
    checkSettings: (_type, settings) => {
      checks.push(JSON.stringify(settings));
      return 'url' in settings ? [] : [MISSING];
    },
  });
  const configuration = new LiveConfiguration(
    loadedStore(() => configurationRecords(world)),
    new Map([[simpleAdapter.name, simpleAdapter]]),
  );
  const pauses: unknown[] = [];
  const paused = new PausedDestinations();
  const invalidDestinations = new InvalidDestinations({
    ...{ configuration, storedValues, paused },
    pauses: {
      pause: (id, reason, actor, { failedAttempt } = {}) => {
        pauses.push([id, reason, actor.name, failedAttempt]);
        return Promise.resolve(true);
      },
    },
    log: { paused: () => undefined, fault: (error) => pauses.push(error) },
  });
  const load = async (...destinations: typeof world.destinations): Promise<void> => {
    Object.assign(world, { revision: world.revision + 1, destinations });
    await configuration.refresh();
    await configuration.brand('brand-1');
  };
  return { configuration, invalidDestinations, paused, pauses, checks, load };
}

describe('invalid destinations', () => {
  it('are paused with the reason when their brand is loaded, and when it changes', async () => {
    const { configuration, invalidDestinations, pauses, load } = hub();
    invalidDestinations.watch();
    await configuration.brand('brand-1');
    expect(pauses).toEqual([]);

    await load(destinationRecord({ settings: { address: 'a-secret' }, version: 2 }));
    const reason =
      'The stored values do not fit the plugin recorder: settings.url: is required. Correct them, then resume the destination.';
    expect(pauses).toEqual([['destination-1', reason, 'hub', { errorKind: null, version: 2 }]]);
  });

  it('include destinations whose settings could not be migrated', async () => {
    const { invalidDestinations, pauses, load } = hub();
    const settingsProblem = 'The stored settings have version 1, but the plugin needs version 2.';
    invalidDestinations.watch();
    await load({ ...destinationRecord({ settings: { url: 'https://example.com' } }), settingsProblem });
    const reason = `${settingsProblem} Correct them, then resume the destination.`;
    expect(pauses).toEqual([['destination-1', reason, 'hub', { errorKind: null, version: 1 }]]);
  });

  it('include destinations whose plugin is missing', async () => {
    const { invalidDestinations, pauses, load } = hub();
    invalidDestinations.watch();
    await load(destinationRecord({ type: 'removed' }));
    const reason = 'No plugin provides the destination type removed. Install the plugin, then resume the destination.';
    expect(pauses).toEqual([['destination-1', reason, 'hub', { errorKind: null, version: 1 }]]);
  });

  it('are checked once per version, and not while they are paused', async () => {
    const { invalidDestinations, paused, pauses, checks, load } = hub();
    const fits = destinationRecord({ settings: { url: 'https://example.com' } });
    invalidDestinations.watch();
    await load(fits);
    await load({ ...fits });
    expect(checks).toHaveLength(1);
    paused.refresh([{ destinationId: fits.id, seq: 7, pauseSeq: 7, breaker: null }]);
    await load({ ...fits, settings: {}, version: 2 });
    expect(pauses).toEqual([]);
  });
});
