import { expect, it } from '@jest/globals';
import type { NewDelivery, NewEvent, StoredOutcome } from '@patchbay/core';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { countStoredEvents } from './count-stored-events.js';

const delivery: NewDelivery = {
  ...{ id: 'd', subscriptionId: 's', subscriptionVersionId: 'v', destinationId: 'x', dueAt: 0 },
};

function event(brandId: string, deliveries: number, filtered: number): NewEvent {
  return {
    ...{ id: 'e', brandId, sourceId: 's', configRevision: 1, retentionDays: 7, type: 't', sourceEventId: 'i' },
    ...{ dedupeKey: 'k', occurredAt: 0, receivedAt: 0, customerIds: [], customerHashes: null, attributes: {} },
    ...{ data: {}, sealed: null, quarantineReason: null, erasedAt: null, overBudget: [], filtered, erasures: [] },
    deliveries: Array.from({ length: deliveries }, () => delivery),
  };
}

it('counts the stored events of a commit, and their deliveries by brand', async () => {
  const metrics = new HubMetrics();
  const group: readonly (readonly [NewEvent, StoredOutcome])[] = [
    [event('1', 2, 1), { kind: 'accepted' }],
    [event('1', 1, 0), { kind: 'accepted' }],
    [event('2', 0, 3), { kind: 'accepted' }],
    [event('deleted', 1, 0), { kind: 'accepted' }],
    [event('1', 5, 5), { kind: 'duplicate', eventId: 'e' }],
    [event('1', 5, 5), { kind: 'stale' }],
    [event('1', 5, 5), { kind: 'quarantined' }],
  ];
  const names = new Map([
    ['1', 'acme'],
    ['2', 'globex'],
  ]);
  const [events, outcomes] = [group.map(([one]) => one), group.map(([, outcome]) => outcome)];
  countStoredEvents(metrics, events, outcomes, (id) => names.get(id));
  const lines = (await metrics.registry.metrics()).split('\n');
  expect(
    lines.filter((line) => /^patchbay_(deliveries_(created|filtered)|ingest_group_events_(sum|count))/.test(line)),
  ).toEqual([
    'patchbay_ingest_group_events_sum 5',
    'patchbay_ingest_group_events_count 1',
    'patchbay_deliveries_created_total{brand="acme"} 3',
    'patchbay_deliveries_created_total{brand="gone"} 1',
    'patchbay_deliveries_filtered_total{brand="acme"} 1',
    'patchbay_deliveries_filtered_total{brand="globex"} 3',
  ]);
});
