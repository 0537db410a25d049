import { describe, expect, it } from '@jest/globals';
import type { BatchLimits } from '@patchbay/plugin-sdk';
import type { DestinationLimitsSpec, RetryPolicy } from '../configuration/brand-definition.js';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { configurationRecords, destinationRecord, simpleAdapter } from '../testing/configuration-builder.js';
import { loadedStore } from '../testing/loaded-store.js';
import { Destinations, type EffectiveDestination } from './destinations.js';
import { WorkerRing } from './worker-ring.js';

/** Returns a destination with these limits, whose plugin sends batches. */
async function destination(
  batch: BatchLimits | undefined,
  limits: DestinationLimitsSpec = {},
  onUnconfirmed?: RetryPolicy['onUnconfirmed'],
): Promise<EffectiveDestination> {
  const retry = { scheduleMs: [0], ...(onUnconfirmed === undefined ? {} : { onUnconfirmed }) };
  const record = destinationRecord({ limits, retry });
  const records = configurationRecords({ destinations: [record] });
  const configuration = new LiveConfiguration(
    loadedStore(() => records),
    new Map([[simpleAdapter.name, simpleAdapter]]),
  );
  const brand = await configuration.brand(record.brandId);
  if (brand === null) throw new Error('the brand is missing');
  const destinations = new Destinations({
    configuration,
    gateway: {
      facts: (type) => ({
        ...{ type, messaging: null, quotaExcess: 'wait', limits: () => ({}) },
        ...{ idempotent: () => false, batch: () => batch },
        ...{ hasStatusCallback: false, addressPathsOf: () => [], preset: () => undefined },
      }),
      checkSettings: () => [],
    },
    health: { breakerOf: () => undefined },
    ring: new WorkerRing('me'),
    defaultConcurrency: 10,
  });
  return destinations.findIn(brand, record.id);
}

describe('the limits of a destination with batches', () => {
  it('count every call as a full batch, so that messages never exceed their rate', async () => {
    const { limits } = await destination({ size: 75, within: 0 }, { ratePerSecond: 150, burst: 200 });
    expect(limits.rate).toEqual({ ratePerSecond: 2, burst: 2 });
  });

  it('allow one call even if the burst is smaller than a batch', async () => {
    const { limits } = await destination({ size: 75, within: 0 }, { ratePerSecond: 15 });
    expect(limits.rate).toEqual({ ratePerSecond: 0.2, burst: 1 });
  });

  it('count calls if the vendor counts calls', async () => {
    const { limits } = await destination({ size: 75, within: 0, rateCounts: 'calls' }, { ratePerSecond: 15, burst: 3 });
    expect(limits.rate).toEqual({ ratePerSecond: 15, burst: 3 });
  });

  it.each<[BatchLimits['idempotent'], RetryPolicy['onUnconfirmed'], string]>([
    [undefined, undefined, 'hold'],
    ['batch', undefined, 'retry'],
    ['message', undefined, 'retry'],
    ['batch', 'hold', 'hold'],
    [undefined, 'retry', 'retry'],
  ])('with idempotent: %s and onUnconfirmed: %s %s unconfirmed messages', async (idempotent, policy, expected) => {
    const { retry } = await destination({ size: 75, within: 0, idempotent }, {}, policy);
    expect(retry.onUnconfirmed).toBe(expected);
  });

  it('are absent if the plugin sends single messages', async () => {
    const { batch, limits } = await destination(undefined, { ratePerSecond: 15 });
    expect(batch).toBeNull();
    expect(limits.rate).toEqual({ ratePerSecond: 15, burst: 1 });
  });
});
