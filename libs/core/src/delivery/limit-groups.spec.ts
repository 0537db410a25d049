import { describe, expect, it } from '@jest/globals';
import type { BatchLimits, DestinationLimits } from '@patchbay/plugin-sdk';
import type { DestinationLimitsSpec } from '../configuration/brand-definition.js';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { configurationRecords, destinationRecord, simpleAdapter } from '../testing/configuration-builder.js';
import { loadedStore } from '../testing/loaded-store.js';
import { MemoryWorkerRegistry } from '../testing/memory-worker-registry.js';
import { FAILURES_TO_OPEN } from './circuit-breaker.js';
import { DestinationHealth } from './destination-health.js';
import { Destinations } from './destinations.js';
import { WorkerRing } from './worker-ring.js';

const NOW = 1_795_544_400_000;
const DAY_MS = 86_400_000;

interface Plugin {
  readonly limits?: DestinationLimits;
  readonly batch?: BatchLimits;
}

/** Returns destinations with these limits in one brand. The plugin of a destination has the name of the destination. */
async function destinationsWith(
  limits: Readonly<Record<string, DestinationLimitsSpec>>,
  plugins: Readonly<Record<string, Plugin>> = {},
  workers: readonly string[] = ['me'],
) {
  const records = configurationRecords({
    destinations: Object.entries(limits).map(([id, spec]) =>
      destinationRecord({ id, name: id, type: id, limits: spec, retry: { scheduleMs: [0], onUnconfirmed: 'retry' } }),
    ),
  });
  const configuration = new LiveConfiguration(
    loadedStore(() => records),
    new Map([[simpleAdapter.name, simpleAdapter]]),
  );
  await configuration.refresh();
  await configuration.brand('brand-1');
  const ring = new WorkerRing('me');
  ring.update(
    workers.map((id) => ({ id, activeInMs: 0, sinceHeartbeatMs: 0 })),
    { elapsedMs: 0 },
  );
  const health = new DestinationHealth(new MemoryWorkerRegistry(), { now: () => NOW }, () => undefined);
  const destinations = new Destinations({
    ...{ configuration, health, ring, defaultConcurrency: 10 },
    gateway: {
      facts: (type) => ({
        ...{ type, messaging: null, quotaExcess: 'wait', limits: () => plugins[type]?.limits ?? {} },
        ...{ idempotent: () => true, batch: () => plugins[type]?.batch },
        ...{ hasStatusCallback: false, addressPathsOf: () => [], preset: () => undefined },
      }),
      checkSettings: () => [],
    },
  });
  return { destinations, health };
}

describe('the limits of a group', () => {
  it('are the strictest limits of its destinations, and leave other destinations alone', async () => {
    const { destinations } = await destinationsWith({
      a: { group: 'account', ratePerSecond: 10, burst: 5 },
      b: { group: 'account', ratePerSecond: 4, concurrency: 3 },
      c: { group: 'account' },
      other: { group: 'other', ratePerSecond: 1 },
      single: { ratePerSecond: 2 },
    });
    const shared = { rate: { ratePerSecond: 4, burst: 5 }, concurrency: 3, ownConcurrency: 3, blockedUntil: null };
    for (const id of ['a', 'b', 'c']) expect(destinations.limitsAt(id, NOW)).toEqual(shared);
    expect(destinations.limitsAt('single', NOW).rate).toEqual({ ratePerSecond: 2, burst: 1 });
    expect([destinations.find('c').groupKey, destinations.find('single').groupKey]).toEqual(['brand-1/account', null]);
  });

  it('prefer the limits of the brand to the limits of the plugins', async () => {
    const plugins = { a: { limits: { ratePerSecond: 1 } }, b: { limits: { ratePerSecond: 2, concurrency: 4 } } };
    const ofPlugins = await destinationsWith({ a: { group: 'account' }, b: { group: 'account' } }, plugins);
    expect(ofPlugins.destinations.limitsAt('b', NOW)).toMatchObject({ rate: { ratePerSecond: 1 }, concurrency: 4 });
    const ofBrand = await destinationsWith(
      { a: { group: 'account', ratePerSecond: 50 }, b: { group: 'account' } },
      plugins,
    );
    expect(ofBrand.destinations.limitsAt('b', NOW)).toMatchObject({ rate: { ratePerSecond: 50 }, concurrency: 4 });
  });

  it('count every call as the largest batch', async () => {
    const { destinations } = await destinationsWith(
      { a: { group: 'account', ratePerSecond: 150, burst: 75 }, b: { group: 'account' } },
      { a: { batch: { size: 75, within: 0 } } },
    );
    expect(destinations.limitsAt('b', NOW).rate).toEqual({ ratePerSecond: 2, burst: 1 });
  });

  it('have one owner', async () => {
    const names = ['me', 'other-1', 'other-2'];
    const limits = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`d${index}`, { group: 'account', ratePerSecond: 5 }] as const),
    );
    const { destinations } = await destinationsWith(limits, {}, names);
    const served = Object.keys(limits).filter((id) => destinations.mayServe(id));
    expect([0, 20]).toContain(served.length);
    expect(destinations.findDirect('d0')).toBeNull();
  });

  it('are shared by the workers if there is a large concurrency limit only', async () => {
    const limits = { a: { group: 'account', concurrency: 20 }, b: { group: 'account' } };
    const { destinations, health } = await destinationsWith(limits, {}, ['me', 'other']);
    expect([destinations.isShared('b'), destinations.limitsAt('b', NOW).concurrency]).toEqual([true, 10]);
    expect(destinations.findDirect('b')).not.toBeNull();
    health.throttle('a', NOW + 5_000);
    expect([destinations.isShared('b'), destinations.findDirect('b')]).toEqual([false, null]);
  });

  it('are reduced for all destinations while the vendor throttles one', async () => {
    const limits = { a: { group: 'account', ratePerSecond: 8, concurrency: 6 }, b: { group: 'account' }, c: {} };
    const { destinations, health } = await destinationsWith(limits);
    health.throttle('a', NOW + 5_000);
    const throttled = {
      rate: { ratePerSecond: 4, burst: 1 },
      concurrency: 3,
      ownConcurrency: 3,
      blockedUntil: NOW + 5_000,
    };
    for (const id of ['a', 'b']) expect(destinations.limitsAt(id, NOW)).toEqual(throttled);
    expect(destinations.limitsAt('c', NOW).blockedUntil).toBeNull();
    expect(destinations.limitsAt('b', NOW + 5_000)).toEqual({ ...throttled, blockedUntil: null });
  });

  it('stay as they are for the others while one destination fails', async () => {
    const limits = { a: { group: 'account', ratePerSecond: 8, concurrency: 6 }, b: { group: 'account' } };
    const { destinations, health } = await destinationsWith(limits);
    for (let failure = 0; failure < FAILURES_TO_OPEN; failure += 1) {
      health.recordOutcome('a', { kind: 'transient', message: 'no answer' }, DAY_MS);
    }
    expect(destinations.limitsAt('a', NOW)).toMatchObject({ ownConcurrency: 1, blockedUntil: expect.any(Number) });
    expect(destinations.limitsAt('b', NOW)).toMatchObject({
      rate: { ratePerSecond: 8 },
      ownConcurrency: 6,
      blockedUntil: null,
    });
  });
});
