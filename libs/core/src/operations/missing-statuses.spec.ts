import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { configurationRecords, destinationRecord, simpleAdapter } from '../testing/configuration-builder.js';
import { MissingStatuses, type ExpectedStatuses } from './missing-statuses.js';

describe('MissingStatuses', () => {
  async function checked(hasStatusCallback: boolean): Promise<readonly ExpectedStatuses[][]> {
    const calls: ExpectedStatuses[][] = [];
    const destinations = [
      destinationRecord(),
      destinationRecord({ id: 'destination-2', name: 'other', limits: { statusTimeoutMs: 60_000 } }),
    ];
    const configuration = new LiveConfiguration(
      {
        revision: () => Promise.resolve(1),
        load: () => Promise.resolve(configurationRecords({ destinations })),
      },
      new Map([[simpleAdapter.name, simpleAdapter]]),
    );
    await configuration.refresh();
    const facts = () => ({ hasStatusCallback });
    const store = {
      check: (expected: readonly ExpectedStatuses[]) => {
        calls.push([...expected]);
        return Promise.resolve(true);
      },
    };
    const statuses = new MissingStatuses(store, configuration, { facts });
    expect(await statuses.once()).toBe(hasStatusCallback);
    return calls;
  }

  it('expects statuses within the time of the destination, or within a day', async () => {
    expect(await checked(true)).toEqual([
      [
        { destinationId: 'destination-1', withinMs: 86_400_000 },
        { destinationId: 'destination-2', withinMs: 60_000 },
      ],
    ]);
  });

  it('expects nothing of vendors that report no statuses', async () => {
    expect(await checked(false)).toEqual([]);
  });
});
