import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import { explainEvent } from '../admin/explain-event.js';
import { storedEnvelope } from '../admin/stored-event.js';
import type { SubscriptionVersionRecord } from '../configuration/configuration-snapshot.js';
import type { ReplayMapping } from '../replay/replay.js';
import { reroute, type ReroutedEvent } from '../replay/reroute.js';
import {
  brandRecord,
  configurationRecords,
  simpleAdapter,
  subscriptionRecord,
} from '../testing/configuration-builder.js';
import { RoutingTable } from './routing.js';
import { compiledBrand } from '../testing/loaded-store.js';

const brand = { name: 'acme', timezone: 'UTC' };
const stored = {
  ...{ id: '019a0000-0000-7000-8000-000000000001', type: 'pointsIssued', source: 'in', sourceId: 'source-1' },
  ...{
    customerId: '7',
    customerKey: '7',
    customerIds: ['7'],
    occurredAt: 5_000,
    receivedAt: 6_000,
    status: 'accepted' as const,
  },
  ...{ brandId: 'brand-1', retentionDays: 30 as const, sourceEventId: 'e-1', configRevision: 1, attributes: {} },
  ...{ sealed: null, quarantineReason: null, erasedAt: null },
  data: { points: 100, items: Array.from({ length: 50_000 }, () => ({})) },
};
const envelope: EventEnvelope = storedEnvelope(stored, 'acme', stored.data);

/** Returns a filter that reads the whole list once for each of its conditions. */
function costly(conditions: number): JsonObject {
  return { $or: Array.from({ length: conditions }, (_, index) => ({ 'data.items.wanted': index })) };
}

function subscription(name: string, when: JsonObject): SubscriptionVersionRecord {
  return subscriptionRecord({ id: `${name}-v1`, subscriptionId: name, name, when });
}

const cheap = subscription('z-cheap', { 'data.points': { $gte: 50 } });
const names = (subscriptions: readonly { readonly record: SubscriptionVersionRecord }[]): string[] =>
  subscriptions.map(({ record }) => record.name);

function match(records: readonly SubscriptionVersionRecord[]) {
  const { matched, overBudget } = new RoutingTable(records).match('source-1', envelope, brand);
  return { matched: names(matched), overBudget: names(overBudget) };
}

describe('an event for which a filter exceeds its budget', () => {
  it('reaches the other subscriptions', () => {
    expect(match([subscription('costly', costly(100)), cheap])).toEqual({
      matched: ['z-cheap'],
      overBudget: ['costly'],
    });
  });

  it('does not count as filtered, in contrast to an event that a filter of its type does not match', () => {
    const dear = subscription('dear', { 'data.points': { $gte: 500 } });
    const otherType = { ...subscription('other-type', { 'data.points': { $gte: 500 } }), events: ['couponIssued'] };
    const table = new RoutingTable([subscription('costly', costly(100)), cheap, dear, otherType]);
    expect(table.match('source-1', envelope, brand).filtered).toBe(1);
  });

  it('has a total budget, and still reaches every cheap subscription', () => {
    const heavy = Array.from({ length: 500 }, (_, index) => subscription(`heavy-${index}`, costly(1)));
    const { matched, overBudget } = match([...heavy, cheap]);
    expect(matched).toEqual(['z-cheap']);
    expect(overBudget.length).toBeGreaterThan(490);
  });

  it('has the same result for every order of the subscriptions', () => {
    const heavy = Array.from({ length: 10 }, (_, index) => subscription(`heavy-${index}`, costly(1)));
    expect(match(heavy)).toEqual(match(heavy.toReversed()));
  });

  it('has an explanation equal to its routing', () => {
    const records = [cheap, ...Array.from({ length: 10 }, (_, at) => subscription(`heavy-${at}`, costly(1)))];
    const outcomes = explainEvent({
      ...{ event: stored, envelope, personal: [], brand, destinations: new Map(), deliveries: [] },
      subscriptions: records.toReversed(),
    });
    const { overBudget } = match(records);
    expect(overBudget).not.toHaveLength(0);
    const explained = outcomes.filter(({ outcome }) => outcome === 'filterBudgetExceeded');
    expect(explained.map(({ name }) => name)).toEqual(overBudget);
    expect(explained[0]).toMatchObject({ reason: expect.stringContaining('Filter budget exceeded'), clause: null });
  });

  it('uses its budget also for a subscription that has a delivery', () => {
    const records = Array.from({ length: 10 }, (_, at) => subscription(`heavy-${at}`, costly(1)));
    const { overBudget } = match(records);
    const delivery = {
      ...{ id: '019a0000-0000-7000-8000-000000000002', eventId: 'e', eventType: 'pointsIssued', customerId: '7' },
      ...{ destinationId: 'x', destination: 'out', subscriptionId: 'heavy-0', subscription: 'heavy-0' },
      ...{
        subscriptionVersionId: 'v',
        status: 'succeeded' as const,
        reason: null,
        inFlight: false,
        countedAttempts: 1,
      },
      ...{
        attempts: 1,
        direct: false,
        batch: null,
        errorKind: null,
        vendorCode: null,
        externalId: null,
        step: 0,
        nextStepTrigger: null,
        routeEntry: null,
        blocked: false,
        mergedInto: null,
      },
      ...{ vendorStatus: null, vendorStatusAt: null, dueAt: null, createdAt: 0, updatedAt: 0, endedAt: null },
    };
    const outcomes = explainEvent({
      ...{
        event: stored,
        envelope,
        personal: [],
        brand,
        destinations: new Map(),
        subscriptions: records,
        deliveries: [delivery],
      },
    });
    const exceeded = outcomes.filter(({ outcome }) => outcome === 'filterBudgetExceeded');
    expect(exceeded.map(({ name }) => name)).toEqual(overBudget);
  });
});

describe('a replay of an event for which a filter exceeded its budget', () => {
  const broken = subscription('costly', costly(100));
  const repaired = { ...broken, id: 'costly-v2', version: 2, when: { 'data.points': { $gte: 50 } } };

  function route(mapping: ReplayMapping, current: SubscriptionVersionRecord): ReroutedEvent {
    return reroute(
      { event: stored, earlier: null, states: new Map() },
      {
        selection: { brandId: 'brand-1', filter: {}, mapping, includeSucceeded: false },
        configuration: compiledBrand(
          configurationRecords({ subscriptions: [current] }),
          new Map([['simple', simpleAdapter]]),
        ),
        brand: brandRecord(),
        at: () => ({ records: [broken], table: new RoutingTable([broken]) }),
        version: () => undefined,
      },
    );
  }

  it('creates the delivery if the current filter is repaired', () => {
    expect(route('current', repaired).pairs.map(({ version }) => version.id)).toEqual(['costly-v2']);
  });

  it('reports the skip reason if the used filter exceeds the budget', () => {
    expect(route('recorded', repaired)).toEqual({ pairs: [], skips: ['filterBudgetExceeded'] });
    expect(route('current', broken)).toEqual({ pairs: [], skips: ['filterBudgetExceeded'] });
  });
});
