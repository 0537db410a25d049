import { describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import type { MessagingRecord, RouteEntryRecord } from '../configuration/configuration-snapshot.js';
import { nextStep } from '../messaging/fallback.js';
import {
  configurationRecords,
  destinationRecord,
  plainVault,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import type { CustomerLookup, CustomerLookupQuery } from './customer-lookups.js';
import type { AttemptOutcome, ClaimedDelivery, RouteChoice } from './delivery.js';
import { Destinations } from './destinations.js';
import { RouteDelivery } from './route-delivery.js';
import { WorkerRing } from './worker-ring.js';
import { loadedStore } from '../testing/loaded-store.js';

const NOW = 1_790_000_000_000;
const route: readonly RouteEntryRecord[] = [
  { when: { 'data.urgent': true }, destinationId: 'mail' },
  { when: { 'enriched.customer.tier': 'Gold' }, destinationId: 'push' },
  { destinationId: 'sms' },
];
const step = (destinationId: string) => ({ destinationId, on: ['rejected' as const], afterMs: 1_000 });
const messaging: MessagingRecord = { purpose: 'promotional', fallback: [step('sms'), step('push'), step('mail')] };
const personal = '[{"root":"data","path":["phone"],"value":"+15005550006"}]';

interface World {
  readonly route?: readonly RouteEntryRecord[];
  readonly messaging?: MessagingRecord;
  readonly found?: CustomerLookup;
  readonly data?: ClaimedDelivery['event']['data'];
  readonly own?: ClaimedDelivery['messaging'];
  readonly stopped?: AttemptOutcome & { readonly kind: 'suppressed' };
}

/** Routes one delivery. Returns the result with the lookups that it made, and the faults of the hub. */
async function routed(world: World) {
  const schedule = (id: string, ...scheduleMs: number[]) => destinationRecord({ id, name: id, retry: { scheduleMs } });
  const records = configurationRecords({
    destinations: [schedule('push', 5_000, 60_000), schedule('sms', 0, 1_000, 2_000), schedule('mail', 0)],
  });
  const configuration = new LiveConfiguration(
    loadedStore(() => records),
    new Map([[simpleAdapter.name, simpleAdapter]]),
  );
  await configuration.refresh();
  const gateway = { facts: () => undefined, checkSettings: () => [] };
  const ring = new WorkerRing('me');
  const health = { breakerOf: () => undefined };
  const asked: CustomerLookupQuery[] = [];
  const faults: unknown[] = [];
  const version = subscriptionRecord({
    ...{ destinationId: null, route: world.route ?? route, mapping: null, enrich: ['customer'] },
    messaging: world.messaging ?? null,
  });
  const router = new RouteDelivery({
    configuration,
    mappings: { versionOf: () => Promise.resolve(version) },
    lookups: {
      find: (query) => {
        asked.push(query);
        return Promise.resolve(world.found ?? { kind: 'found', enriched: {}, recipient: {} });
      },
    },
    policy: { expiredOrCancelled: () => Promise.resolve(world.stopped ?? null) },
    destinations: new Destinations({ configuration, gateway, health, ring, defaultConcurrency: 1 }),
    clock: { now: () => NOW },
    log: { fault: (error) => faults.push(error) },
  });
  const delivery: ClaimedDelivery = {
    ...{ id: 'd1', token: 't1', retentionDays: 30, brandId: 'brand-1', undecided: true },
    ...{ destinationVersion: 0, pauseSeq: 0 },
    ...{ destinationId: 'subscription-1', subscriptionId: 'subscription-1', subscriptionVersionId: version.id },
    ...{ countedAttempts: 3, attempts: 3, order: null, pendingSince: null, externalId: null },
    ...{ confirmed: false, outdated: false, messaging: world.own ?? null },
    event: {
      ...{
        id: 'event-1',
        type: 'pointsIssued',
        sourceId: 'source-1',
        customerId: '7',
        customerKey: '7',
        occurredAt: NOW,
      },
      ...{ receivedAt: NOW, data: world.data ?? { points: 5 } },
      sealed: plainVault.seal('event/event-1/personal', personal),
    },
  };
  return { outcome: await router.route(delivery, new AbortController().signal), asked, faults };
}

const found = (tier: string): CustomerLookup => ({
  ...{ kind: 'found', enriched: { customer: { tier } }, recipient: {} },
});

describe('the route of a delivery', () => {
  it('chooses by the facts that it fetched', async () => {
    const { outcome, asked } = await routed({ found: found('Gold') });
    expect(outcome).toEqual({
      ...{ kind: 'routed', id: 'd1', token: 't1', destinationId: 'push' },
      // The schedule of the destination begins anew, with its delay before the first attempt.
      ...{ dueAt: NOW + 5_000, countedAttempts: 0, messaging: { routed: { entry: 2, destinationId: 'push' } } },
    });
    expect(asked).toMatchObject([{ names: ['customer'], reads: [], brandId: 'brand-1', onFailure: 'retry' }]);
  });

  it('chooses the default if a fact is missing', async () => {
    expect((await routed({})).outcome).toMatchObject({ kind: 'routed', destinationId: 'sms', dueAt: NOW });
  });

  it('fetches nothing if the event decides', async () => {
    const { outcome, asked } = await routed({ data: { urgent: true } });
    expect(outcome).toMatchObject({ kind: 'routed', destinationId: 'mail' });
    expect(asked).toEqual([]);
  });

  it('never falls to the default if a lookup failed', async () => {
    const failed = { kind: 'transient', message: 'enrichment.http.customer answered 503' } as const;
    expect((await routed({ found: failed })).outcome).toBe(failed);
  });

  it('ends without a destination if no entry matches', async () => {
    const { outcome } = await routed({ route: route.slice(0, 2) });
    expect(outcome).toEqual({ kind: 'suppressed', message: 'no route' });
  });

  it('ends if the chosen destination was deleted', async () => {
    const { outcome } = await routed({ route: [{ destinationId: 'gone' }] });
    expect(outcome).toEqual({ kind: 'cancelled', message: 'destination deleted' });
  });

  it('ends a message that expired before it fetches facts', async () => {
    const stopped = { kind: 'suppressed', message: 'expired' } as const;
    const { outcome, asked } = await routed({ messaging, stopped });
    expect([outcome, asked]).toEqual([stopped, []]);
  });

  it('leaves one attempt to a delivery that a person redelivered', async () => {
    const { outcome } = await routed({ found: found('Gold'), own: { redelivered: true } });
    expect(outcome).toMatchObject({ dueAt: NOW, countedAttempts: 1, messaging: { redelivered: true } });
  });

  it('reports a failure of the hub and chooses nothing', async () => {
    const { outcome, faults } = await routed({ route: [{ when: { 'nothing.here': 1 }, destinationId: 'sms' }] });
    expect(outcome).toMatchObject({ kind: 'internal_error' });
    expect(faults).toHaveLength(1);
  });
});

describe('the fallback of a routed delivery', () => {
  const stateOf = async (world: World): Promise<RouteChoice['messaging']> => {
    const { outcome } = await routed({ ...world, messaging });
    if (outcome.kind !== 'routed') throw new Error('expected a choice');
    return outcome.messaging;
  };
  const stepsAfter = (state: RouteChoice['messaging']): readonly (string | undefined)[] => {
    const triggered = {
      ...{ id: '019a0000-0000-7000-8000-000000000001', retentionDays: 30 as const, brandId: 'b', eventId: 'e' },
      ...{ eventType: 't', customerId: null, subscriptionId: 's', subscriptionVersionId: 'v' },
    };
    const destinations: (string | undefined)[] = [];
    for (let last: RouteChoice['messaging'] | undefined = state; last !== undefined;) {
      const { delivery } = nextStep({ ...triggered, messaging: last }, messaging, NOW);
      if (delivery !== null) destinations.push(delivery.destinationId);
      // Only a state with triggers starts a next step.
      last = delivery?.messaging.on === undefined ? undefined : delivery.messaging;
    }
    return destinations;
  };

  it('follows the chosen entry and skips the destination of the entry', async () => {
    expect(stepsAfter(await stateOf({ found: found('Gold') }))).toEqual(['sms', 'mail']);
    expect(stepsAfter(await stateOf({}))).toEqual(['push', 'mail']);
    expect(stepsAfter(await stateOf({ data: { urgent: true } }))).toEqual(['sms', 'push']);
  });
});
