import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import {
  configurationRecords,
  destinationRecord,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { NO_SKIPS, type ReplayedEvent } from './replay.js';
import { ReplayPlanner } from './replay-planner.js';
import { ReplayRunner } from './replay-runner.js';
import type { ClaimedReplay, ReplayStep, ReplayStore } from './replay-store.port.js';
import { loadedStore } from '../testing/loaded-store.js';

const EVENT: ReplayedEvent = {
  ...{ id: '019a0000-0000-7000-8000-000000000001', type: 'pointsIssued', source: 'in', sourceId: 'source-1' },
  ...{ customerId: '7', customerKey: '7', occurredAt: 5_000, receivedAt: 6_000, status: 'accepted' },
  ...{ brandId: 'brand-1', retentionDays: 30, sourceEventId: 'e-1', configRevision: 1, attributes: {}, data: {} },
  ...{ sealed: null, quarantineReason: null, erasedAt: null },
};
const REPLAY: ClaimedReplay = {
  ...{ id: '019a0000-0000-7000-8000-0000000000aa', brandId: 'brand-1', filter: {}, mapping: 'recorded' },
  ...{ includeSucceeded: false, ratePerSecond: null, requestedBy: 'somebody', expected: 1, expectedIsExact: true },
  ...{ state: 'running', scanned: 0, created: 0, skipped: NO_SKIPS, createdAt: 0, updatedAt: 0, endedAt: null },
  ...{ token: 't', cursor: null, nextAt: 0, claimedAt: 10_000 },
};

/** Runs one step of a replay of an event that a subscription with a route sends to one of two destinations. */
async function stepWith(overloadedIds: readonly string[]) {
  const route = [
    { when: { 'enriched.tier': 'gold' }, destinationId: 'destination-1' },
    { destinationId: 'destination-2' },
  ];
  const subscriptions = [subscriptionRecord({ destinationId: null, mapping: null, route })];
  const destinations = [destinationRecord(), destinationRecord({ id: 'destination-2', name: 'other' })];
  const records = configurationRecords({ subscriptions, destinations });
  const planned = {
    subscriptionsAt: () => Promise.resolve(subscriptions),
    subscriptionVersions: () => Promise.resolve(subscriptions),
  };
  const [steps, postponed, woken]: [ReplayStep[], number[], string[]] = [[], [], []];
  const none = (): never => {
    throw new Error('not used');
  };
  const store: ReplayStore = {
    ...{ create: none, find: none, list: none, outcomes: none, cancel: none, cancelWaiting: none, endCancelled: none },
    countRunning: none,
    claim: () => Promise.resolve(REPLAY),
    candidates: () => Promise.resolve({ candidates: [{ event: EVENT, earlier: null, states: new Map() }], next: null }),
    overloaded: (ids) => Promise.resolve(ids.filter((id) => overloadedIds.includes(id))),
    advance: (_replay, step) => Promise.resolve(steps.push(step)),
    postpone: (_replay, nextAt) => {
      postponed.push(nextAt);
      return Promise.resolve();
    },
  };
  const runner = new ReplayRunner(
    store,
    new ReplayPlanner(planned),
    new LiveConfiguration(
      loadedStore(() => records),
      new Map([['simple', simpleAdapter]]),
    ),
    { wake: (id) => woken.push(id) },
    { batch: 10, leaseMs: 60_000 },
  );
  await runner.once();
  return { created: steps.flatMap(({ deliveries }) => deliveries.map((one) => one.destinationId)), postponed, woken };
}

describe('a replay of events for a subscription with a route', () => {
  it('creates deliveries in the queue of the subscription', async () => {
    const queue = ['subscription-1'];
    expect(await stepWith(['destination-9'])).toEqual({ created: queue, postponed: [], woken: queue });
  });

  it.each(['subscription-1', 'destination-1', 'destination-2'])('waits while %s has too many', async (id) => {
    expect(await stepWith([id])).toEqual({ created: [], postponed: [11_000], woken: [] });
  });
});
