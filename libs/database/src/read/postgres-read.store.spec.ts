import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CursorError,
  deliveryId,
  lookupPausedReason,
  uuidV7,
  type ClaimedDelivery,
  type DeliveryDecision,
  type DeliveryFilter,
  type DeliveryStatus,
  type EventFilter,
  type NewEvent,
  type Page,
} from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { randomUUID } from 'node:crypto';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresStatusUpdateStore } from '../status-updates/postgres-status-update.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { again, succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { insertDestinationAndSubscription, insertBrand } from '../testing/brand-fixture.js';
import { seededRandom } from '../testing/seeded-random.js';
import { PostgresReadStore } from './postgres-read.store.js';

const DAY_MS = 86_400_000;
const ALL = { limit: 1_000, cursor: null };

describe.each(await testServers())('PostgresReadStore on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let store: PostgresReadStore;
  let ids: SampleIds;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    store = new PostgresReadStore(database.dataSource, database.clock);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
  });

  async function stored(at = Date.now(), overrides: Partial<NewEvent> = {}, of = ids): Promise<NewEvent> {
    const event = sampleEvent(of, at, overrides);
    await events.storeGroup([event]);
    return event;
  }
  async function claimed(limit = 1, { destinationId } = ids): Promise<readonly ClaimedDelivery[]> {
    return (await deliveries.claim([{ destinationId, limit, leaseMs: 60_000 }], Date.now() + 1_000)).deliveries;
  }
  /** Stores an event and ends its delivery with the given decision. Returns the delivery's id. */
  async function ended(decision: Partial<DeliveryDecision>, at = Date.now(), of = ids): Promise<string> {
    await stored(at, {}, of);
    const [delivery] = await claimed(1, of);
    if (delivery === undefined) throw new Error('nothing was claimed');
    await deliveries.record([{ ...succeeded(delivery), ...decision }]);
    return delivery.id;
  }
  const idOf = (event: NewEvent): string => event.deliveries[0]?.id ?? '';
  const newestFirst = (list: readonly string[]): string[] => [...list].sort().reverse();
  const eventIds = async (filter: EventFilter, brandId = ids.brandId): Promise<string[]> =>
    (await store.events(brandId, filter, ALL)).data.map(({ id }) => id);
  const deliveryIds = async (filter: DeliveryFilter, brandId = ids.brandId): Promise<string[]> =>
    (await store.deliveries(brandId, filter, ALL)).data.map(({ id }) => id);
  async function everyPage<Row extends { readonly id: string }>(
    read: (cursor: string | null) => Promise<Page<Row>>,
    betweenPages: () => Promise<void>,
  ): Promise<string[]> {
    const pageIds: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Row> = await read(cursor);
      pageIds.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
      await betweenPages();
    } while (cursor !== null);
    return pageIds;
  }

  it('finds nothing for an empty brand, with any filter', async () => {
    const nothing = { data: [], nextCursor: null };
    const brand = randomUUID();
    const everyEvent = {
      type: ['a'],
      source: ['c'],
      customer: 'b',
      status: ['quarantined'],
      from: 1,
      to: 9e12,
    } as const;
    expect(await store.events(brand, everyEvent, ALL)).toEqual(nothing);
    for (const status of ['held', 'scheduled', 'dead'] as const) {
      const lists = { status: [status], destination: ['a'], subscription: ['b'], eventType: ['c'], errorKind: ['e'] };
      expect(await store.deliveries(brand, { ...lists, vendorCode: ['f'], customer: 'd' }, ALL)).toEqual(nothing);
    }
    expect(await store.event(brand, 'not an id')).toBeNull();
    expect(await store.delivery(brand, 'not an id')).toBeNull();
    expect(await store.deliveriesOfEvent(brand, 'not an id')).toEqual([]);
  });

  it('finds nothing for a value with a NUL', async () => {
    await stored();
    const odd = 'a\u0000b';
    for (const filter of [{ type: [odd] }, { source: [odd] }, { customer: odd }])
      expect(await eventIds(filter)).toEqual([]);
    for (const name of ['destination', 'subscription', 'source', 'eventType', 'errorKind', 'vendorCode'] as const) {
      expect(await deliveryIds({ [name]: [odd] })).toEqual([]);
    }
    expect(await deliveryIds({ customer: odd })).toEqual([]);
    expect(await store.event(ids.brandId, odd)).toBeNull();
  });

  it('finds a customer whom an event of the brand lists, also an old event', async () => {
    const hashed = `hash:${'0a'.repeat(32)}`;
    await stored(Date.now() - 45 * DAY_MS, { customerIds: ['7', hashed] });
    for (const id of ['7', hashed]) expect(await store.hasCustomer(ids.brandId, id)).toBe(true);
    expect(await store.hasCustomer(ids.brandId, '8')).toBe(false);
    expect(await store.hasCustomer(randomUUID(), '7')).toBe(false);
    expect(await store.hasCustomer(ids.brandId, 'a\u0000b')).toBe(false);
  });

  describe('events', () => {
    it('are listed newest first', async () => {
      const old = await stored(Date.now() - 45 * DAY_MS, { quarantineReason: 'not JSON', customerIds: [] });
      const event = await stored();
      expect(await store.events(ids.brandId, {}, ALL)).toEqual({
        data: [
          {
            id: event.id,
            type: 'pointsIssued',
            source: 'capillary',
            sourceId: ids.sourceId,
            customerId: 'customer-1',
            customerKey: 'customer-1',
            occurredAt: event.occurredAt,
            receivedAt: event.receivedAt,
            status: 'accepted',
            erasedAt: null,
          },
          expect.objectContaining({ id: old.id, customerId: null, status: 'quarantined' }),
        ],
        nextCursor: null,
      });
    });

    it('are found by type, status, any customer and time of receipt, alone and combined', async () => {
      const at = Date.now() - 10 * DAY_MS;
      const one = await stored(at, { type: 'pointsIssued', customerIds: ['anna', 'berta'] });
      const two = await stored(at + 1, { type: 'pointsRedeemed', customerIds: ['berta'], retentionDays: 400 });
      const three = await stored(at + DAY_MS, { type: 'pointsIssued', quarantineReason: 'odd', customerIds: [] });
      expect(await eventIds({ type: ['pointsIssued'] })).toEqual([three.id, one.id]);
      expect(await eventIds({ type: ['points'] })).toEqual([]);
      expect(await eventIds({ status: ['quarantined'] })).toEqual([three.id]);
      expect(await eventIds({ status: ['accepted'] })).toEqual([two.id, one.id]);
      expect(await eventIds({ type: ['pointsIssued'], status: ['accepted'] })).toEqual([one.id]);
      expect(await eventIds({ customer: 'berta' })).toEqual([two.id, one.id]);
      expect(await eventIds({ customer: 'anna' })).toEqual([one.id]);
      expect(await eventIds({ customer: 'berta', type: ['pointsRedeemed'], status: ['accepted'] })).toEqual([two.id]);
      expect(await eventIds({ customer: 'berta', status: ['quarantined'] })).toEqual([]);
      expect(await eventIds({ type: ['pointsRedeemed', 'pointsIssued', 'x', 'x'] })).toEqual([
        three.id,
        two.id,
        one.id,
      ]);
      expect(await eventIds({ type: ['pointsRedeemed', 'pointsIssued'], customer: 'berta' })).toEqual([two.id, one.id]);
      expect(await eventIds({ status: ['accepted', 'quarantined'] })).toHaveLength(3);
      expect(await eventIds({ source: ['capillary'] })).toHaveLength(3);
      expect(await eventIds({ source: ['other'] })).toEqual([]);
      expect(await eventIds({ source: ['other', 'capillary'], customer: 'anna' })).toEqual([one.id]);
      expect(await eventIds({ sourceEventId: [two.sourceEventId, 'none'] })).toEqual([two.id]);
      expect(await store.seenEventTypes(ids.brandId, at - DAY_MS)).toEqual([
        { type: 'pointsIssued', lastAt: three.receivedAt },
        { type: 'pointsRedeemed', lastAt: two.receivedAt },
      ]);
      expect(await store.seenEventTypes(ids.brandId, at + 2 * DAY_MS)).toEqual([]);
      expect(await eventIds({ from: at, to: at + 1 })).toEqual([one.id]);
      expect(await eventIds({ from: at + 1 })).toEqual([three.id, two.id]);
      expect(await eventIds({ to: at + 1, customer: 'berta' })).toEqual([one.id]);
    });

    it('are listed once each, page by page, while others are stored', async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      process.stderr.write(`seed ${seed}\n`);
      const random = seededRandom(seed);
      const initial = Array.from({ length: 60 }, () =>
        sampleEvent(ids, Math.floor(Date.now() - random() ** 3 * 60 * DAY_MS), {
          customerIds: ['anna'],
          retentionDays: random() < 0.5 ? 30 : 90,
        }),
      );
      await events.storeGroup(initial);
      for (const filter of [{}, { type: ['pointsIssued'] }, { customer: 'anna' }]) {
        const expected = await eventIds(filter);
        const got = await everyPage(
          (cursor) => store.events(ids.brandId, filter, { limit: 1 + Math.floor(random() * 15), cursor }),
          async () => {
            await stored(Date.now(), { customerIds: ['anna'] });
          },
        );
        expect(got).toEqual(expected);
      }
      const oldIds = initial.map(({ id }) => id);
      expect((await eventIds({})).filter((id) => oldIds.includes(id))).toEqual(newestFirst(oldIds));
    });

    it('are read once and to the last if older rows list the first customer a second time', async () => {
      const at = Date.now();
      const made = Array.from({ length: 5 }, (_, i) => sampleEvent(ids, at - i, { customerIds: ['twice'] }));
      await events.storeGroup(made);
      await database.dataSource.query(
        `INSERT INTO event_customers (brand_id, customer_id, event_id, retention_days)
        SELECT brand_id, customer_id, id, retention_days FROM events WHERE brand_id = $1`,
        [ids.brandId],
      );
      const paged = await everyPage(
        (cursor) => store.events(ids.brandId, { customer: 'twice' }, { limit: 2, cursor }),
        () => Promise.resolve(),
      );
      expect(paged).toEqual(made.map(({ id }) => id));
    });

    it('are read to the last of a customer with more events than one lookup returns', async () => {
      const at = Date.now();
      const made = Array.from({ length: 1_100 }, (_, i) =>
        sampleEvent(ids, at - i, { customerIds: ['busy'], type: i === 1_099 ? 'rare' : 'common' }),
      );
      await events.storeGroup(made.slice(0, 550));
      await events.storeGroup(made.slice(550));
      expect(await eventIds({ customer: 'busy', type: ['rare'] })).toEqual([made.at(-1)?.id]);
    });
  });

  describe("events with a sender's id", () => {
    const now = Date.now();

    it('are found by source, also if a source sent several types with the id, and combined with other filters', async () => {
      const sourceEventId = ['e-1'];
      const made = [
        await stored(now - 29 * DAY_MS, { sourceEventId: 'e-1', type: 'a' }),
        await stored(now - 1_000, { sourceEventId: 'e-1', type: 'b' }),
        await stored(now - 500, { sourceEventId: 'e-2', type: 'b' }),
      ].map(({ id }) => id);
      const other = await insertBrand(database.dataSource);
      await stored(now, { sourceEventId: 'e-1', type: 'a' }, other);
      expect(await eventIds({ sourceEventId })).toEqual([made[1], made[0]]);
      expect(await eventIds({ sourceEventId: ['e-2', 'e-1'] })).toEqual([made[2], made[1], made[0]]);
      expect(await eventIds({ sourceEventId, type: ['a'] })).toEqual([made[0]]);
      expect(await eventIds({ sourceEventId, from: now - DAY_MS })).toEqual([made[1]]);
      expect(await eventIds({ sourceEventId, to: now - DAY_MS })).toEqual([made[0]]);
      expect(await eventIds({ sourceEventId, customer: 'customer-1' })).toEqual([made[1], made[0]]);
      expect(await eventIds({ sourceEventId: ['e'] })).toEqual([]);
    });

    it('are found after their dedupe key was deleted', async () => {
      const old = await stored(now - 60 * DAY_MS, { sourceEventId: 'e-1', retentionDays: 90 });
      await database.dataSource.query('DELETE FROM ingest_keys WHERE event_id = $1', [old.id]);
      expect(await eventIds({ sourceEventId: ['e-1'] })).toEqual([old.id]);
    });

    it('are listed page by page', async () => {
      const made = [1, 2, 3].map((n) => sampleEvent(ids, now - n, { sourceEventId: 'e-1', type: `type-${n}` }));
      await events.storeGroup(made);
      const pages = await everyPage(
        (cursor) => store.events(ids.brandId, { sourceEventId: ['e-1'] }, { limit: 1, cursor }),
        async () => undefined,
      );
      expect(pages).toEqual(made.map(({ id }) => id));
    });
  });

  describe('one event', () => {
    it('is returned as it was stored', async () => {
      const event = await stored(Date.now(), {
        customerIds: ['berta', 'anna', 'NULL', '{"a",\\b}'],
        sealed: Uint8Array.from([0, 255]),
        data: { odd: 'NUL \u0000' },
      });
      expect(await store.event(ids.brandId, event.id.toUpperCase())).toEqual({
        id: event.id,
        brandId: ids.brandId,
        retentionDays: 30,
        type: 'pointsIssued',
        source: 'capillary',
        sourceId: ids.sourceId,
        sourceEventId: event.sourceEventId,
        configRevision: 0,
        customerId: 'berta',
        customerKey: 'berta',
        customerIds: ['berta', 'anna', 'NULL', '{"a",\\b}'],
        occurredAt: event.occurredAt,
        receivedAt: event.receivedAt,
        status: 'accepted',
        erasedAt: null,
        attributes: event.attributes,
        data: event.data,
        sealed: Buffer.from([0, 255]),
        quarantineReason: null,
      });
      const odd = await stored(Date.now(), { quarantineReason: 'not JSON', customerIds: [] });
      expect(await store.event(ids.brandId, odd.id)).toMatchObject({
        status: 'quarantined',
        quarantineReason: 'not JSON',
        sealed: null,
        customerIds: [],
      });
    });
  });

  describe('deliveries', () => {
    it('are selected by their state at the vendor', async () => {
      const at = Date.now();
      const silent = await ended({ externalId: 'ext-1' }, at - 1);
      const delivered = await ended({ externalId: 'ext-2' }, at - 2);
      const undelivered = await ended({ externalId: 'ext-3' }, at - 3);
      const bounced = await ended({ externalId: 'ext-4' }, at - 4);
      await ended({ state: 'dead', errorKind: 'rejected' }, at - 5);
      await new PostgresStatusUpdateStore(database, database.clock).apply(ids.destinationId, [
        { deliveryId: delivered, status: 'delivered' },
        { deliveryId: undelivered, status: 'undelivered' },
        { deliveryId: bounced, status: 'bounced' },
      ]);
      expect(await deliveryIds({ vendorStatus: ['undelivered'] })).toEqual([undelivered]);
      expect(await deliveryIds({ vendorStatus: ['bounced', 'undelivered', 'failed'] })).toEqual([undelivered, bounced]);
      expect(
        await deliveryIds({ vendorStatus: ['undelivered'], status: ['succeeded'], destination: ['hook'] }),
      ).toHaveLength(1);
      expect(await deliveryIds({ vendorStatus: ['undelivered'], status: ['dead'] })).toEqual([]);
      expect(await deliveryIds({ vendorStatus: ['undelivered'], customer: 'unknown' })).toEqual([]);
      expect(await deliveryIds({ vendorStatus: ['delivered', 'none'] })).toEqual([silent, delivered]);
      expect(await deliveryIds({ vendorStatus: ['none'], customer: 'customer-1' })).toEqual([silent]);
    });

    it('are listed newest first, waiting and ended together', async () => {
      const at = Date.now();
      const done = await ended({ externalId: 'ext-1' }, at - 2);
      const event = await stored(at - 1);
      await new PostgresStatusUpdateStore(database, database.clock).apply(ids.destinationId, [
        { deliveryId: done, status: 'delivered', at: '2026-11-24T10:00:00Z' },
      ]);
      const { data, nextCursor } = await store.deliveries(ids.brandId, {}, ALL);
      expect(nextCursor).toBeNull();
      expect(data).toEqual([
        {
          id: idOf(event),
          eventId: event.id,
          eventType: 'pointsIssued',
          customerId: 'customer-1',
          destinationId: ids.destinationId,
          destination: 'hook',
          subscriptionId: ids.subscriptionId,
          subscription: 'points',
          subscriptionVersionId: ids.subscriptionVersionId,
          status: 'scheduled',
          reason: null,
          step: 0,
          nextStepTrigger: null,
          routeEntry: null,
          blocked: false,
          mergedInto: null,
          inFlight: false,
          countedAttempts: 0,
          attempts: 0,
          direct: false,
          batch: null,
          errorKind: null,
          vendorCode: null,
          externalId: null,
          vendorStatus: null,
          vendorStatusAt: null,
          dueAt: at - 1,
          createdAt: event.receivedAt,
          updatedAt: expect.any(Number),
          endedAt: null,
        },
        expect.objectContaining({
          id: done,
          status: 'succeeded',
          countedAttempts: 1,
          attempts: 1,
          externalId: 'ext-1',
          vendorStatus: 'delivered',
          vendorStatusAt: Date.UTC(2026, 10, 24, 10),
          dueAt: null,
          endedAt: expect.any(Number),
        }),
      ]);
    });

    it('show if they are in flight', async () => {
      await stored();
      const [leased] = await claimed();
      expect((await store.deliveries(ids.brandId, {}, ALL)).data).toMatchObject([{ id: leased?.id, inFlight: true }]);
    });

    it.each([
      ['paused', 'destination_states', 'destination_id'],
      ['disabled', 'destinations', 'id'],
    ])('are held if they wait for a %s destination', async (column, table, key) => {
      const set = `UPDATE ${table} SET ${column} = $2 WHERE ${key} = $1`;
      const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
      const done = await ended({});
      const waits = idOf(await stored());
      const free = idOf(await stored(Date.now(), {}, other));
      expect(await deliveryIds({ status: ['held'] })).toEqual([]);
      expect(await deliveryIds({ status: ['scheduled'] })).toEqual(newestFirst([waits, free]));
      await database.dataSource.query(set, [ids.destinationId, true]);
      expect(await deliveryIds({ status: ['held'] })).toEqual([waits]);
      expect(await deliveryIds({ status: ['scheduled'] })).toEqual([free]);
      expect(await deliveryIds({ status: ['succeeded'] })).toEqual([done]);
      const statuses = (await store.deliveries(ids.brandId, {}, ALL)).data.map(({ id, status }) => [id, status]);
      expect(Object.fromEntries(statuses)).toEqual({ [waits]: 'held', [free]: 'scheduled', [done]: 'succeeded' });
      expect(await store.delivery(ids.brandId, waits)).toMatchObject({ status: 'held' });
      expect(
        await store.deliveriesOfEvent(ids.brandId, (await store.delivery(ids.brandId, waits))?.eventId ?? ''),
      ).toMatchObject([{ status: 'held' }]);
      await database.dataSource.query(set, [ids.destinationId, false]);
      expect(await deliveryIds({ status: ['held'] })).toEqual([]);
    });

    it('are held if they wait for a paused lookup, and are found by its name', async () => {
      const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
      const waitsFor = async (lookup: string | null, of = ids): Promise<string> => {
        const id = idOf(await stored(Date.now(), {}, of));
        const reason = lookup === null ? 'quiet hours until noon' : lookupPausedReason(lookup);
        await database.dataSource.query('UPDATE deliveries SET reason = $2 WHERE waiting AND id = $1', [id, reason]);
        return id;
      };
      await database.dataSource.query(
        `INSERT INTO lookup_pauses (brand_id, lookup, reason, paused_at)
        SELECT $1::uuid, name, 'it answered 401', now() FROM unnest($2::text[]) name`,
        [ids.brandId, ['recipients.resolver', 'enrichment.profile']],
      );
      const free = await waitsFor(null);
      const contact = await waitsFor('recipients.resolver');
      const profile = await waitsFor('enrichment.profile', other);
      const both = await waitsFor('recipients.resolver', other);
      await database.dataSource.query('UPDATE destination_states SET paused = true WHERE destination_id = $1', [
        other.destinationId,
      ]);
      const ofDestination = idOf(await stored(Date.now(), {}, other));

      const held = newestFirst([contact, profile, both, ofDestination]);
      expect(await deliveryIds({ status: ['held'] })).toEqual(held);
      expect(await deliveryIds({ status: ['held'], customer: 'customer-1' })).toEqual(held);
      expect(await deliveryIds({ status: ['held'], destination: ['other'] })).toEqual(
        held.filter((id) => id !== contact),
      );
      expect(await deliveryIds({ status: ['scheduled'] })).toEqual([free]);
      expect(await deliveryIds({ status: ['scheduled', 'held'] })).toEqual(newestFirst([...held, free]));
      expect(await deliveryIds({ lookup: ['recipients.resolver'] })).toEqual(newestFirst([contact, both]));
      expect(await deliveryIds({ lookup: ['recipients.resolver'], status: ['held', 'dead'] })).toHaveLength(2);
      expect(await deliveryIds({ lookup: ['recipients.resolver'], status: ['scheduled'] })).toEqual([]);
      expect(await deliveryIds({ lookup: ['recipients.resolver'], destination: ['other'] })).toEqual([both]);
      expect(await deliveryIds({ lookup: ['enrichment.profile'], customer: 'customer-1' })).toEqual([profile]);
      expect(await deliveryIds({ lookup: ['enrichment.points'] })).toEqual([]);
      const statuses = (await store.deliveries(ids.brandId, {}, ALL)).data.map(({ id, status }) => [id, status]);
      expect(Object.fromEntries(statuses)).toEqual({
        ...Object.fromEntries(held.map((id) => [id, 'held'])),
        [free]: 'scheduled',
      });
      const firstPage = await store.deliveries(ids.brandId, { status: ['held'] }, { limit: 2, cursor: null });
      expect(firstPage.data.map(({ id }) => id)).toEqual(held.slice(0, 2));
      const rest = { limit: 9, cursor: firstPage.nextCursor };
      expect((await store.deliveries(ids.brandId, { status: ['held'] }, rest)).data.map(({ id }) => id)).toEqual(
        held.slice(2),
      );
    });

    it('are found by their final state', async () => {
      const made = new Map<DeliveryStatus, string>();
      for (const state of [
        'succeeded',
        'dead',
        'unconfirmed',
        'superseded',
        'suppressed',
        'merged',
        'cancelled',
      ] as const) {
        made.set(state, await ended({ state, reason: state === 'suppressed' ? 'no recipient' : null }));
      }
      for (const [status, id] of made) expect(await deliveryIds({ status: [status] })).toEqual([id]);
      expect((await store.deliveries(ids.brandId, { status: ['suppressed'] }, ALL)).data).toMatchObject([
        { reason: 'no recipient' },
      ]);
    });

    it('are found by several states at once, of which waiting ones may be held or not', async () => {
      const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
      const dead = await ended({ state: 'dead', errorKind: 'rejected' });
      const done = await ended({});
      const held = idOf(await stored());
      const free = idOf(await stored(Date.now(), {}, other));
      await database.dataSource.query('UPDATE destination_states SET paused = true WHERE destination_id = $1', [
        ids.destinationId,
      ]);
      const found = async (...status: DeliveryStatus[]): Promise<string[]> => (await deliveryIds({ status })).sort();
      expect(await found('dead', 'held')).toEqual([dead, held].sort());
      expect(await found('dead', 'scheduled')).toEqual([dead, free].sort());
      expect(await found('scheduled', 'held')).toEqual([held, free].sort());
      expect(await found('dead', 'succeeded')).toEqual([dead, done].sort());
      expect(await found('dead', 'succeeded', 'scheduled', 'held')).toHaveLength(4);
      const ofCustomer = { customer: 'customer-1', status: ['dead', 'held'] } as const;
      expect((await deliveryIds(ofCustomer)).sort()).toEqual([dead, held].sort());
    });

    it('are found by destination, subscription, event type, error kind and time, alone and combined', async () => {
      const at = Date.now() - 5 * DAY_MS;
      const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
      const rejected = await ended({ state: 'dead', errorKind: 'rejected' }, at);
      const fine = await ended({}, at + 1, other);
      const redeemed = idOf(await stored(at + 2, { type: 'pointsRedeemed' }));
      const [waits] = await claimed();
      await deliveries.record(waits === undefined ? [] : [again(waits, Date.now() + DAY_MS)]);
      expect(await deliveryIds({ destination: ['hook'] })).toEqual([redeemed, rejected]);
      expect(await deliveryIds({ destination: ['other'] })).toEqual([fine]);
      expect(await deliveryIds({ subscription: ['points'] })).toEqual([redeemed, rejected]);
      expect(await deliveryIds({ subscription: ['other'], destination: ['hook'] })).toEqual([]);
      expect(await deliveryIds({ eventType: ['pointsRedeemed'] })).toEqual([redeemed]);
      expect(await deliveryIds({ errorKind: ['rejected'] })).toEqual([rejected]);
      expect(await deliveryIds({ errorKind: ['transient'] })).toEqual([redeemed]);
      expect(await deliveryIds({ errorKind: ['transient'], status: ['dead'] })).toEqual([]);
      expect(await deliveryIds({ from: at + 1, to: at + 2 })).toEqual([fine]);
      expect(await deliveryIds({ from: at + 1, destination: ['hook'], status: ['scheduled'] })).toEqual([redeemed]);
    });

    it('are found by any customer of their event, including deliveries of replays', async () => {
      const at = Date.now() - 50 * DAY_MS;
      const replayId = uuidV7(Date.now());
      const transfer = sampleEvent(ids, at, { customerIds: ['anna', 'berta'], retentionDays: 90 });
      const replayed = deliveryId({ eventId: transfer.id, subscriptionId: ids.subscriptionId, replayId });
      const replay = { ...sampleDelivery(transfer.id, ids, Date.now()), id: replayed };
      await events.storeGroup([{ ...transfer, deliveries: [...transfer.deliveries, replay] }]);
      const later = await stored(Date.now() - DAY_MS, { customerIds: ['berta'] });
      await stored();
      expect(await deliveryIds({ customer: 'berta' })).toEqual([replayed, idOf(later), idOf(transfer)]);
      expect(await deliveryIds({ customer: 'anna', status: ['scheduled'] })).toEqual([replayed, idOf(transfer)]);
      expect(await deliveryIds({ customer: 'anna', destination: ['other'] })).toEqual([]);
      expect(await deliveryIds({ customer: 'berta', to: Date.now() - 2 * DAY_MS })).toEqual([idOf(transfer)]);
      expect(await deliveryIds({ customer: 'nobody' })).toEqual([]);
      const pages = await everyPage(
        (cursor) => store.deliveries(ids.brandId, { customer: 'berta' }, { limit: 1, cursor }),
        async () => undefined,
      );
      expect(pages).toEqual([replayed, idOf(later), idOf(transfer)]);
    });

    it('are found by vendor code, also if they wait or have no code', async () => {
      const at = Date.now() - 5 * DAY_MS;
      const withCode = (delivery: ClaimedDelivery, vendorCode: string, decision: Partial<DeliveryDecision>) => {
        const done = succeeded(delivery);
        const attempt = done.attempt && { ...done.attempt, outcome: 'rejected' as const, vendorCode };
        return { ...done, errorKind: 'rejected' as const, attempt, ...decision };
      };
      await events.storeGroup([0, 1, 2, 3].map((n) => sampleEvent(ids, at + n)));
      const [one, two, three, four] = [...(await claimed(4))].sort((a, b) => (a.id < b.id ? -1 : 1));
      if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error('none');
      await deliveries.record([
        withCode(one, '7', { state: 'dead' }),
        withCode(two, '8', { state: 'dead' }),
        withCode(three, '7', { state: 'scheduled', dueAt: Date.now() + DAY_MS }),
        { ...succeeded(four), state: 'dead', errorKind: 'rejected' },
      ]);
      expect(await deliveryIds({ vendorCode: ['7'] })).toEqual([three.id, one.id]);
      expect(await deliveryIds({ vendorCode: ['7', '8', '7'] })).toEqual([three.id, two.id, one.id]);
      expect(await deliveryIds({ vendorCode: ['7'], status: ['dead'] })).toEqual([one.id]);
      expect(await deliveryIds({ vendorCode: ['7', ''], status: ['dead'] })).toEqual([four.id, one.id]);
      expect(await deliveryIds({ vendorCode: ['9'] })).toEqual([]);
    });

    it('are found by a customer of many events, including those of replays in the same days', async () => {
      const at = Date.now() - 3 * DAY_MS;
      const made = Array.from({ length: 2_100 }, (_, i) =>
        sampleEvent(ids, at - i * 60_000, { customerIds: ['busy'], ...(i % 700 === 0 ? {} : { deliveries: [] }) }),
      );
      for (let i = 0; i < made.length; i += 700) await events.storeGroup(made.slice(i, i + 700));
      const normal = [0, 700, 1_400].map((i) => made[i]?.deliveries[0]?.id);
      expect(await deliveryIds({ customer: 'busy' })).toEqual(normal);
      const oldest = made.at(-1)?.id ?? '';
      const replayId = uuidV7(at - 60_000);
      const replayed = deliveryId({ eventId: oldest, subscriptionId: ids.subscriptionId, replayId });
      const later = sampleEvent(ids, Date.now(), {
        deliveries: [{ ...sampleDelivery(oldest, ids, at), id: replayed }],
      });
      await events.storeGroup([later]);
      await database.dataSource.query('UPDATE deliveries SET event_id = $1 WHERE id = $2', [oldest, replayed]);
      expect(await deliveryIds({ customer: 'busy' })).toEqual([normal[0], replayed, normal[1], normal[2]]);
    });

    it('are listed once each, page by page, while some are stored and others end', async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      process.stderr.write(`seed ${seed}\n`);
      const random = seededRandom(seed);
      const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
      const initial = Array.from({ length: 80 }, () =>
        sampleEvent(random() < 0.3 ? other : ids, Math.floor(Date.now() - random() ** 3 * 60 * DAY_MS), {
          retentionDays: random() < 0.5 ? 30 : 90,
        }),
      );
      await events.storeGroup(initial);
      const expected = await deliveryIds({});
      expect(expected).toHaveLength(80);
      const got = await everyPage(
        (cursor) => store.deliveries(ids.brandId, {}, { limit: 1 + Math.floor(random() * 15), cursor }),
        async () => {
          await stored(Date.now());
          await deliveries.record((await claimed(4)).map(succeeded));
        },
      );
      expect(got).toEqual(expected);
      expect((await deliveryIds({ status: ['succeeded'] })).length).toBeGreaterThan(10);
    });
  });

  describe('one delivery', () => {
    it('is returned with its attempts in order', async () => {
      await stored();
      const [first] = await claimed();
      if (first === undefined) throw new Error('nothing was claimed');
      await deliveries.record([again(first, Date.now())]);
      const [second] = await claimed();
      if (second === undefined) throw new Error('nothing was claimed');
      const decision = succeeded(second);
      await deliveries.record([decision]);
      const found = await store.delivery(ids.brandId, first.id);
      expect(found).toMatchObject({ id: first.id, status: 'succeeded', countedAttempts: 2, attempts: 2 });
      expect(found?.attemptRecords).toEqual([
        expect.objectContaining({ number: 1, outcome: 'transient', message: 'The vendor answered 503.' }),
        { ...decision.attempt, durationMs: 13 },
      ]);
    });

    it('is returned without attempts before the first one', async () => {
      const event = await stored();
      expect((await store.delivery(ids.brandId, idOf(event)))?.attemptRecords).toEqual([]);
    });
  });

  it('returns all deliveries of an event, oldest first, including those of much later replays', async () => {
    const at = Date.now() - 120 * DAY_MS;
    const other = await insertDestinationAndSubscription(database.dataSource, ids, 'other');
    const event = sampleEvent(ids, at, { retentionDays: 400 });
    const branch = sampleDelivery(event.id, other, at);
    const replays = [at + 1, at + 40 * DAY_MS, Date.now()].map((when) => ({
      ...sampleDelivery(event.id, ids, Date.now()),
      id: deliveryId({ eventId: event.id, subscriptionId: ids.subscriptionId, replayId: uuidV7(when) }),
    }));
    await events.storeGroup([{ ...event, deliveries: [...event.deliveries, branch, ...replays] }]);
    await stored();
    const [claim] = await claimed(1, other);
    await deliveries.record(claim === undefined ? [] : [succeeded(claim)]);
    const found = await store.deliveriesOfEvent(ids.brandId, event.id);
    expect(found.map(({ id }) => id)).toEqual([...[idOf(event), branch.id].sort(), ...replays.map(({ id }) => id)]);
    expect(found.filter(({ status }) => status === 'succeeded')).toMatchObject([
      { id: branch.id, destination: 'other' },
    ]);
  });

  it('returns the deliveries of several events, and their contents', async () => {
    const [one, two] = [await stored(Date.now() - 40 * DAY_MS), await stored()];
    const unknown = uuidV7(Date.now());
    const found = await store.deliveriesOfEvents(ids.brandId, [one.id, two.id, unknown, 'not an id']);
    expect([...found.keys()].sort()).toEqual([one.id, two.id].sort());
    expect(found.get(two.id)).toMatchObject([{ id: idOf(two), eventId: two.id }]);
    const contents = await store.storedEvents(ids.brandId, [two.id, one.id, unknown, 'not an id']);
    expect(contents.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    expect(await store.deliveriesOfEvents(randomUUID(), [one.id])).toEqual(new Map());
  });

  it("finds deliveries by the vendor's id, also of a deleted destination", async () => {
    const id = await ended({ externalId: 'ext-7' });
    await ended({ externalId: 'ext-8' });
    await database.dataSource.query('UPDATE destinations SET deleted_at = now() WHERE id = $1', [ids.destinationId]);
    expect(await store.deliveriesByExternalId(ids.brandId, 'ext-7')).toMatchObject([{ id, destination: 'hook' }]);
    expect(await store.deliveriesByExternalId(ids.brandId, 'a\u0000b')).toEqual([]);
    expect(await store.deliveriesByExternalId((await insertBrand(database.dataSource)).brandId, 'ext-7')).toEqual([]);
  });

  it('shows a brand no data of another brand', async () => {
    const event = await stored(Date.now(), { quarantineReason: 'odd' });
    const delivery = idOf(event);
    const otherBrand = await insertBrand(database.dataSource);
    expect(await eventIds({}, otherBrand.brandId)).toEqual([]);
    expect(await eventIds({ customer: 'customer-1' }, otherBrand.brandId)).toEqual([]);
    expect(await eventIds({ type: ['pointsIssued'], status: ['quarantined'] }, otherBrand.brandId)).toEqual([]);
    expect(await deliveryIds({}, otherBrand.brandId)).toEqual([]);
    expect(await deliveryIds({ destination: ['hook'], subscription: ['points'] }, otherBrand.brandId)).toEqual([]);
    expect(await deliveryIds({ customer: 'customer-1' }, otherBrand.brandId)).toEqual([]);
    expect(await store.event(otherBrand.brandId, event.id)).toBeNull();
    expect(await store.delivery(otherBrand.brandId, delivery)).toBeNull();
    expect(await store.deliveriesOfEvent(otherBrand.brandId, event.id)).toEqual([]);
    expect((await store.stats(Date.now(), [otherBrand.brandId])).totals).toMatchObject({ waiting: 0, due: 0 });
    expect(await store.delivery(ids.brandId, delivery)).not.toBeNull();
  });

  it('refuses a cursor of another list or brand, and accepts its own cursor under another filter', async () => {
    for (let i = 0; i < 3; i += 1) await stored(Date.now() - i);
    const otherBrand = await insertBrand(database.dataSource);
    const { nextCursor } = await store.events(ids.brandId, {}, { limit: 1, cursor: null });
    const page = { limit: 10, cursor: nextCursor };
    await expect(store.deliveries(ids.brandId, {}, page)).rejects.toThrow(CursorError);
    await expect(store.events(otherBrand.brandId, {}, page)).rejects.toThrow(CursorError);
    await expect(store.events(ids.brandId, {}, { limit: 10, cursor: 'forged' })).rejects.toThrow(CursorError);
    expect((await store.events(ids.brandId, { type: ['pointsIssued'] }, page)).data).toHaveLength(2);
  });
});
