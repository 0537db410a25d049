import { describe, expect, it } from '@jest/globals';
import { HIDDEN_VALUE } from '@patchbay/mapping';
import type { JsonObject } from '@patchbay/plugin-sdk';
import type { PersonalValue } from '../event/personal-value.js';
import { subscriptionRecord } from '../testing/configuration-builder.js';
import { explainEvent, type ExplainedEvent } from './explain-event.js';
import type { DeliverySummary, StoredEvent } from './read-store.port.js';
import { storedEnvelope } from './stored-event.js';

const data: JsonObject = { points: 49, phone: '919000000001', cards: [{ number: 4111, kind: 'gold' }] };
const event: StoredEvent = {
  ...{
    id: 'e',
    type: 'pointsIssued',
    source: 'in',
    sourceId: 'source-1',
    customerId: '7',
    customerKey: '7',
    brandId: 'brand-1',
  },
  ...{ occurredAt: 0, receivedAt: 0, status: 'accepted', retentionDays: 30, sourceEventId: 's', configRevision: 1 },
  ...{ customerIds: ['7'], attributes: {}, data, sealed: null, quarantineReason: null, erasedAt: null },
};
const personal: readonly PersonalValue[] = [
  { root: 'data', path: ['phone'], value: '919000000001' },
  { root: 'data', path: ['cards', 0, 'number'], value: 4111 },
];

function delivery(also: Partial<DeliverySummary>): DeliverySummary {
  return {
    ...{ id: 'd', eventId: 'e', eventType: 'pointsIssued', customerId: '7', destinationId: 'x', destination: 'out' },
    ...{ subscriptionId: 'subscription-1', subscription: 'all', subscriptionVersionId: 'v', status: 'succeeded' },
    ...{ reason: null, inFlight: false, countedAttempts: 1, attempts: 1, direct: false, batch: null, errorKind: null },
    ...{ vendorCode: null, externalId: null },
    ...{ step: 0, nextStepTrigger: null, routeEntry: null, blocked: false, mergedInto: null },
    ...{ vendorStatus: null, vendorStatusAt: null, dueAt: null, createdAt: 0, updatedAt: 0, endedAt: null },
    ...also,
  };
}

function explained(also: Partial<ExplainedEvent>): ReturnType<typeof explainEvent> {
  return explainEvent({
    event,
    envelope: storedEnvelope(event, 'acme', data),
    personal,
    brand: { name: 'acme', timezone: 'UTC' },
    subscriptions: [],
    destinations: new Map(),
    deliveries: [],
    ...also,
  });
}

describe('explainEvent', () => {
  it('explains each subscription, ordered by name', () => {
    const subscriptions = [
      subscriptionRecord({ subscriptionId: 'd', name: 'd', sourceId: 'source-2' }),
      subscriptionRecord({ subscriptionId: 'c', name: 'c', when: { 'data.points': { $gte: 50 } } }),
      subscriptionRecord({ subscriptionId: 'b', name: 'b', events: ['tier*'] }),
      subscriptionRecord({ subscriptionId: 'a', name: 'a' }),
    ];
    const deliveries = [delivery({ subscriptionId: 'a', subscription: 'a', status: 'dead', reason: 'rejected' })];
    const without = (reason: string) => ({
      ...{ reason, explanation: reason, eventTypes: null, clause: null, route: null, delivery: null, deliveries: [] },
    });
    expect(explained({ subscriptions, deliveries })).toEqual([
      {
        ...{ name: 'a', outcome: 'matched', reason: 'rejected', explanation: 'Failed: rejected.' },
        ...{ eventTypes: null, clause: null, route: null, delivery: deliveries[0], deliveries },
      },
      {
        ...{ name: 'b', outcome: 'eventType', ...without('The subscription takes tier*, not this event type.') },
        eventTypes: ['tier*'],
      },
      {
        ...{ name: 'c', outcome: 'filter', ...without('data.points is 49, but the filter requires $gte 50.') },
        clause: { path: 'data.points', operator: '$gte', expected: 50, actual: 49 },
      },
      { name: 'd', outcome: 'otherSource', ...without('The subscription takes events of another source.') },
    ]);
  });

  it('reports a match if a delivery exists, even if the filter does not match today', () => {
    const subscriptions = [subscriptionRecord({ events: ['other'] })];
    expect(explained({ subscriptions, deliveries: [delivery({})] })).toMatchObject([{ outcome: 'matched' }]);
  });

  it('reports the latest of several deliveries, and deliveries of newer subscriptions', () => {
    const deliveries = [
      delivery({ id: 'first', status: 'dead' }),
      delivery({ id: 'second' }),
      delivery({ id: 'third', subscriptionId: 'later', subscription: 'later' }),
    ];
    expect(explained({ subscriptions: [subscriptionRecord()], deliveries })).toMatchObject([
      { name: 'all', delivery: { id: 'second' }, deliveries: [{ id: 'first' }, { id: 'second' }] },
      { name: 'later', outcome: 'matched', delivery: { id: 'third' } },
    ]);
  });

  it('explains the entries of a route by their numbers and paths', () => {
    const version = subscriptionRecord({
      ...{ id: 'v', destinationId: null },
      route: [
        { when: { 'recipient.preferredChannel': 'push' }, destinationId: 'p' },
        { when: { 'enriched.customer.tier': 'Gold' }, destinationId: 'gone' },
        { destinationId: 's' },
      ],
    });
    const destinations = new Map([
      ['p', { name: 'push' }],
      ['s', { name: 'sms' }],
    ]);
    const matchedOf = (also: Partial<DeliverySummary>): unknown =>
      explained({ subscriptions: [version], destinations, deliveries: [delivery(also)] })[0]?.route?.map(
        ({ matched }) => matched,
      );
    const [outcome] = explained({ subscriptions: [version], destinations, deliveries: [delivery({ routeEntry: 2 })] });
    expect(outcome?.route).toEqual([
      { entry: 1, destination: 'push', paths: ['recipient.preferredChannel'], matched: false },
      { entry: 2, destination: null, paths: ['enriched.customer.tier'], matched: true },
      { entry: 3, destination: 'sms', paths: [], matched: null },
    ]);
    const undecided = { destinationId: null, destination: null };
    expect(matchedOf({ ...undecided, status: 'scheduled' })).toEqual([null, null, null]);
    expect(matchedOf({ ...undecided, status: 'suppressed', reason: 'no route' })).toEqual([false, false, false]);
    const step = delivery({ id: 'e', step: 1, destination: 'backup' });
    const withStep = { subscriptions: [version], destinations, deliveries: [delivery({ routeEntry: 1 }), step] };
    expect(explained(withStep)[0]).toMatchObject({ delivery: { step: 1 }, route: [{ matched: true }, {}, {}] });
  });

  it('reports a match whose delivery is not stored', () => {
    expect(explained({ subscriptions: [subscriptionRecord()] })).toMatchObject([
      { outcome: 'matched', reason: expect.stringContaining('no delivery'), delivery: null },
    ]);
  });

  it('reports that a quarantined event was not routed', () => {
    const quarantined: StoredEvent = { ...event, status: 'quarantined', quarantineReason: 'The body is empty.' };
    expect(explained({ event: quarantined, subscriptions: [subscriptionRecord()] })).toMatchObject([
      { outcome: 'quarantined', delivery: null },
    ]);
  });

  it.each([
    ['the value itself', { 'data.phone': { $eq: 'x' } }],
    ['a value in a list', { 'data.cards.number': { $eq: 1 } }],
    ['a value in a list, by its index', { 'data.cards.0.number': { $eq: 1 } }],
    ['a path below the value', { 'data.phone.prefix': { $eq: 'x' } }],
    ['the list that contains the value', { 'data.cards': { $exists: false } }],
  ])('hides a personal value: %s', (_path, when) => {
    const [outcome] = explained({ subscriptions: [subscriptionRecord({ when })] });
    expect(outcome).toMatchObject({ outcome: 'filter', clause: { actual: HIDDEN_VALUE } });
    expect(JSON.stringify(outcome)).not.toMatch(/919000000001|4111/);
  });

  it.each([
    [{ 'data.cards.kind': { $eq: 'silver' } }],
    [{ 'event.customerId': { $eq: '8' } }],
    [{ $or: [{ 'data.points': 1 }] }],
  ])('shows a value that is not personal: %j', (when) => {
    const [outcome] = explained({ subscriptions: [subscriptionRecord({ when })] });
    expect(outcome?.clause?.actual).not.toBe(HIDDEN_VALUE);
  });
});
