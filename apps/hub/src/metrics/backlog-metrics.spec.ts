import { describe, expect, it } from '@jest/globals';
import type { DestinationStats } from '@patchbay/core';
import { BacklogMetrics } from './backlog-metrics.js';
import { HubMetrics } from './hub-metrics.js';

const NOW = 1_795_544_400_000;
/** Maximum number of destinations with metric series of their own. */
const MAX_DESTINATIONS = 2_000;

function statsOf(index: number, also: Partial<DestinationStats> = {}): DestinationStats {
  return {
    ...{ destinationId: `id-${index}`, brand: 'acme', name: `d-${index}`, type: 'acme-sms', paused: false },
    ...{ disabled: false, pausedReason: null },
    ...{ waiting: 3, due: 2, oldestDueAt: null, inFlight: 1, circuitBreaker: 'closed' },
    ...also,
  };
}

describe('BacklogMetrics', () => {
  it('sums the counts of further destinations and reports the worst of all other values', async () => {
    const destinations = [
      ...Array.from({ length: MAX_DESTINATIONS }, (_, index) => statsOf(index)),
      statsOf(2_001, { oldestDueAt: NOW - 40_000, circuitBreaker: 'half_open', paused: true }),
      statsOf(2_002, { oldestDueAt: NOW - 90_000, circuitBreaker: 'half_open', paused: true }),
      statsOf(2_003, { oldestDueAt: NOW - 10_000 }),
    ];
    const metrics = new HubMetrics();
    const totals = { waiting: 0, due: 0, oldestDueAt: null, inFlight: 0 };
    const store = { stats: () => Promise.resolve({ destinations, totals }) };
    new BacklogMetrics(metrics, store, { countLive: () => Promise.resolve(2) }, { now: () => NOW });
    const scrape = async (): Promise<readonly string[]> =>
      (await metrics.registry.metrics()).split('\n').filter((line) => line.includes('destination="other"'));
    const other = '{brand="other",destination="other",type="other"}';
    const expected = [
      `patchbay_deliveries_waiting${other} 9`,
      `patchbay_deliveries_due${other} 6`,
      `patchbay_deliveries_in_flight${other} 3`,
      `patchbay_destination_paused${other} 1`,
      `patchbay_destination_circuit_breaker${other} 0.5`,
      `patchbay_oldest_due_seconds${other} 90`,
    ];
    expect(await scrape()).toEqual(expected);
    expect(await scrape()).toEqual(expected);
  });
});
