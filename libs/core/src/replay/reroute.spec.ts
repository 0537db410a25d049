import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import type { RouteEntryRecord, SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import { personalContext, serialisePersonal } from '../event/privacy.js';
import type { DeliveryState } from '../delivery/delivery.js';
import { RoutingTable } from '../ingest/routing.js';
import {
  brandRecord,
  configurationRecords,
  destinationRecord,
  plainVault,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { VaultError } from '../vault.port.js';
import type { ReplayCandidate, ReplayedEvent, ReplayFilter, ReplayMapping } from './replay.js';
import { nextStepAt } from './replay-runner.js';
import { reroute, type ReroutedEvent } from './reroute.js';
import { compiledBrand } from '../testing/loaded-store.js';

const EVENT: ReplayedEvent = {
  ...{ id: '019a0000-0000-7000-8000-000000000001', type: 'pointsIssued', source: 'in', sourceId: 'source-1' },
  ...{
    customerId: '7',
    customerKey: '7',
    occurredAt: 5_000,
    receivedAt: 6_000,
    status: 'accepted',
    brandId: 'brand-1',
  },
  ...{ retentionDays: 30, sourceEventId: 'e-1', configRevision: 1, attributes: {}, data: { points: 100 } },
  ...{ sealed: null, quarantineReason: null, erasedAt: null },
};
const then = subscriptionRecord({ id: 'v1', version: 1, mapping: { text: 'old' } });
const now = subscriptionRecord({ id: 'v2', version: 2, mapping: { text: 'new' } });

function route(
  candidate: Partial<ReplayCandidate>,
  also: {
    readonly mapping?: ReplayMapping;
    readonly filter?: ReplayFilter;
    readonly recorded?: readonly SubscriptionVersionRecord[];
    readonly current?: readonly SubscriptionVersionRecord[];
    readonly includeSucceeded?: boolean;
  } = {},
): ReroutedEvent {
  const { mapping = 'recorded', filter = {}, recorded = [then], current = [now], includeSucceeded = false } = also;
  const destinations = [destinationRecord(), destinationRecord({ id: 'destination-2', name: 'other' })];
  const records = configurationRecords({ subscriptions: current, destinations });
  return reroute(
    { event: EVENT, earlier: null, states: new Map(), ...candidate },
    {
      selection: { brandId: 'brand-1', filter, mapping, includeSucceeded },
      configuration: compiledBrand(records, new Map([['simple', simpleAdapter]])),
      brand: brandRecord(),
      at: () => ({ records: recorded, table: new RoutingTable(recorded) }),
      version: (id) => [then, now].find((record) => record.id === id),
    },
  );
}
const versions = ({ pairs }: ReroutedEvent): string[] => pairs.map(({ version }) => version.id);
const earlier = (also: Partial<NonNullable<ReplayCandidate['earlier']>> = {}) => ({
  earlier: {
    subscriptionId: 'subscription-1',
    subscriptionVersionId: 'v1',
    state: 'dead' as const,
    latest: true,
    ...also,
  },
});

describe('an event that is routed again', () => {
  it('uses the recorded version or the current version', () => {
    expect(versions(route({}))).toEqual(['v1']);
    expect(versions(route({}, { mapping: 'current' }))).toEqual(['v2']);
  });

  it('reaches a newer subscription only by current versions', () => {
    const later = subscriptionRecord({ id: 'w1', subscriptionId: 'subscription-2', name: 'later' });
    expect(versions(route({}, { current: [now, later] }))).toEqual(['v1']);
    expect(versions(route({}, { mapping: 'current', current: [now, later] }))).toEqual(['v2', 'w1']);
  });

  it('reaches only the subscriptions and destinations that the filter names', () => {
    const other = subscriptionRecord({
      ...{ id: 'w1', subscriptionId: 'subscription-2', name: 'second', destinationId: 'destination-2' },
    });
    const current = [now, other];
    expect(versions(route({}, { mapping: 'current', current, filter: { destination: 'other' } }))).toEqual(['w1']);
    expect(versions(route({}, { mapping: 'current', current, filter: { subscription: 'all' } }))).toEqual(['v2']);
    expect(route({}, { filter: { subscription: 'unknown' } })).toEqual({ pairs: [], skips: ['notWanted'] });
  });

  describe('by a subscription with a route', () => {
    const routed = (...entries: RouteEntryRecord[]) => ({
      recorded: [{ ...then, destinationId: null, mapping: null, route: entries }],
    });
    const byFacts = { when: { 'enriched.a': 1 }, destinationId: 'destination-1' };
    const byEvent = { when: { 'data.points': { $gte: 0 } }, destinationId: 'destination-2' };
    const candidates = ({ pairs }: ReroutedEvent): readonly (readonly string[])[] =>
      pairs.map((pair) => pair.candidates);

    it('has the candidates that the event leaves open', () => {
      expect(candidates(route({}, routed(byFacts, byEvent)))).toEqual([['destination-1', 'destination-2']]);
      expect(candidates(route({}, routed(byEvent, byFacts)))).toEqual([['destination-2']]);
      expect(candidates(route({}))).toEqual([['destination-1']]);
    });

    it('is skipped if all its destinations were deleted', () => {
      const gone = { destinationId: 'destination-9' };
      expect(candidates(route({}, routed({ ...byFacts, ...gone }, byEvent)))).toEqual([['destination-2']]);
      expect(route({}, routed(gone))).toEqual({ pairs: [], skips: ['destinationGone'] });
    });

    it('belongs to the named destination only if the event decides for it', () => {
      const filter = { destination: 'other' };
      expect(versions(route({}, { ...routed(byEvent, byFacts), filter }))).toEqual(['v1']);
      expect(route({}, { ...routed(byFacts, byEvent), filter }).skips).toEqual(['notWanted']);
    });
  });

  it('is skipped if the current filter, which may read personal values, does not match', () => {
    const sealed = plainVault.seal(
      personalContext(EVENT.id),
      serialisePersonal([{ root: 'data', path: ['phone'], value: '+15005550006' }]),
    );
    const wanting = (when: JsonObject) => ({ mapping: 'current' as const, current: [{ ...now, when }] });
    expect(route({}, wanting({ 'data.points': { $gte: 500 } }))).toEqual({ pairs: [], skips: ['notWanted'] });
    const personal = { event: { ...EVENT, sealed } };
    expect(versions(route(personal, wanting({ 'data.phone': '+15005550006' })))).toEqual(['v2']);
  });

  it('is skipped if the destination was deleted or the personal values cannot be decrypted', () => {
    const gone = { ...then, destinationId: 'destination-9' };
    expect(route({}, { recorded: [gone] })).toEqual({ pairs: [], skips: ['destinationGone'] });
    const event = {
      ...EVENT,
      get sealed(): Uint8Array {
        throw new VaultError('cannot decrypt');
      },
    };
    expect(route({ event })).toEqual({ pairs: [], skips: ['unreadable'] });
  });

  it.each([
    ['succeeded', 'succeeded'],
    ['merged', 'merged'],
    ['unconfirmed', 'unconfirmed'],
    ['scheduled', 'waiting'],
  ] as const)('is skipped if its delivery is %s, unless such deliveries are included', (state, skip) => {
    const states = new Map([[then.subscriptionId, state]]);
    expect(route({ states })).toEqual({ pairs: [], skips: [skip] });
    expect(route({ states }, { includeSucceeded: true }).pairs).toMatchObject([{ earlierState: state }]);
  });

  it.each(['dead', 'suppressed', 'superseded', 'cancelled'] as const)(
    'is sent if its delivery is %s, although another subscription succeeded',
    (state) => {
      const states = new Map<string, DeliveryState>([
        [then.subscriptionId, state],
        ['subscription-2', 'succeeded'],
      ]);
      expect(route({ states }).pairs).toMatchObject([{ earlierState: state }]);
    },
  );

  it('keeps the order of its subscription', () => {
    const ordering = { by: 'customer' as const, paths: [], onDead: 'skip' as const };
    const { pairs } = route({}, { recorded: [{ ...then, ordering }] });
    expect(pairs[0]?.order).toMatchObject({ occurredAt: 5_000, policy: 'skip' });
    expect(route({}).pairs[0]).not.toHaveProperty('order');
  });
});

describe('a delivery that is replayed', () => {
  it('uses the recorded version of its subscription without checking the filter', () => {
    const other = subscriptionRecord({ id: 'w1', subscriptionId: 'subscription-2' });
    const strict = { ...then, when: { 'data.points': { $gte: 500 } } };
    expect(versions(route(earlier(), { recorded: [strict, other] }))).toEqual(['v1']);
  });

  it('uses the current version only if it matches the event', () => {
    expect(versions(route(earlier(), { mapping: 'current' }))).toEqual(['v2']);
    const skips = { pairs: [], skips: ['notWanted'] };
    expect(route(earlier(), { mapping: 'current', current: [{ ...now, events: ['x'] }] })).toEqual(skips);
    expect(route(earlier(), { mapping: 'current', current: [] })).toEqual(skips);
  });

  it('uses its own version if the subscription is newer than the event', () => {
    expect(versions(route(earlier({ subscriptionVersionId: 'v2' }), { recorded: [] }))).toEqual(['v2']);
  });

  it('is skipped if a later delivery of the same event and subscription is stored', () => {
    expect(route(earlier({ latest: false }))).toEqual({ pairs: [], skips: ['notLatest'] });
  });
});

describe('nextStepAt', () => {
  it('delays the next step by the number of created deliveries, and catches up on at most one second', () => {
    expect(nextStepAt({ ratePerSecond: null, nextAt: 0 }, 500, 10_000)).toBe(10_000);
    expect(nextStepAt({ ratePerSecond: 100, nextAt: 10_000 }, 50, 10_000)).toBe(10_500);
    expect(nextStepAt({ ratePerSecond: 100, nextAt: 9_800 }, 50, 10_000)).toBe(10_300);
    expect(nextStepAt({ ratePerSecond: 100, nextAt: 0 }, 50, 10_000)).toBe(9_500);
    expect(nextStepAt({ ratePerSecond: 0.5, nextAt: 10_000 }, 1, 10_000)).toBe(12_000);
  });
});
