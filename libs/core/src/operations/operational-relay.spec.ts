import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import type { NewEvent } from '../ingest/event-store.port.js';
import {
  configurationRecords,
  destinationRecord,
  simpleAdapter,
  sourceRecord,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import type { OutboxEntry, OperationalOutbox, PublishedEvents } from './operational-outbox.port.js';
import { OperationalRelay } from './operational-relay.js';
import { loadedStore } from '../testing/loaded-store.js';

const NOW = 1_795_544_400_000;
const own = { ...sourceRecord({}), id: 'source-own', name: 'patchbay', managedBy: 'hub' } as const;
const records = configurationRecords({
  sources: [sourceRecord(), own],
  destinations: [destinationRecord(), destinationRecord({ id: 'destination-ops', name: 'ops' })],
  subscriptions: [
    subscriptionRecord(),
    subscriptionRecord({
      ...{ id: 'alerts-v1', subscriptionId: 'alerts', sourceId: own.id, destinationId: 'destination-ops' },
      events: ['destination.*'],
    }),
  ],
});
const paused: OutboxEntry = {
  ...{ type: 'destination.paused', brandId: 'brand-1', destinationId: 'destination-1', version: 2, by: 'hub' },
  ...{ reason: 'The key was refused.', errorKind: 'credentials', firstAt: NOW - 2_000, lastAt: NOW - 1_000 },
};

/** Publishes entries by a relay. An entry is published only if it was routed by the newest revision of its brand. */
async function published(entries: readonly OutboxEntry[], { newest = 1, brands = records.brands } = {}) {
  const revisions: number[] = [];
  const woken: string[] = [];
  const world = { ...records, brands };
  const configuration = new LiveConfiguration(
    loadedStore(() => world),
    new Map([[simpleAdapter.name, simpleAdapter]]),
  );
  await configuration.refresh();
  for (const { id } of brands) await configuration.brand(id);
  Object.assign(world, { revision: newest, brands: records.brands });
  let prepared: readonly NewEvent[] = [];
  const store: OperationalOutbox = {
    dueBrands: () => Promise.resolve([...new Set(entries.map(({ brandId }) => brandId))]),
    relay: (_options, prepare): Promise<PublishedEvents> => {
      prepared = prepare(entries);
      for (const { configRevision } of prepared) revisions.push(configRevision);
      const events = prepared.filter(({ configRevision }) => configRevision === newest);
      return Promise.resolve({ events, isStale: events.length < prepared.length });
    },
  };
  const wakeUps = { wake: (id: string) => void woken.push(id) };
  const clock = { now: () => NOW };
  const options = { batch: 10, intervalMs: 1_000 };
  const relay = new OperationalRelay(store, configuration, wakeUps, clock, options, () => undefined);
  return { once: () => relay.once(), events: () => prepared, revisions, woken };
}

describe('OperationalRelay', () => {
  it('makes an event from an outbox entry, routes it like other events, and wakes its destinations', async () => {
    const relay = await published([paused]);
    expect(await relay.once()).toBe(1);
    expect(relay.events()).toMatchObject([
      {
        ...{ brandId: 'brand-1', sourceId: own.id, type: 'destination.paused', receivedAt: NOW, customerIds: [] },
        ...{ sourceEventId: 'destination.paused:destination-1:2', occurredAt: NOW - 1_000 },
        deliveries: [{ subscriptionId: 'alerts', destinationId: 'destination-ops' }],
      },
    ]);
    expect(relay.woken).toEqual(['destination-ops']);
  });

  it('publishes nothing if the brand was deleted', async () => {
    const relay = await published([{ ...paused, brandId: 'brand-2' }]);
    expect([await relay.once(), relay.events()]).toEqual([0, []]);
  });

  it('loads the newest configuration after the outbox returned stale', async () => {
    const relay = await published([paused], { newest: 2 });
    expect([await relay.once(), await relay.once(), relay.revisions]).toEqual([0, 1, [1, 2]]);
  });

  it('loads the newest configuration before it drops an entry of an unknown brand', async () => {
    const relay = await published([paused], { newest: 2, brands: [] });
    expect([await relay.once(), relay.revisions]).toEqual([1, [2]]);
  });
});
