import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  capKeysOf,
  contactKey,
  CursorError,
  ErasureRunner,
  NO_SKIPS,
  uuidV7,
  type ClaimedDelivery,
  type Erasure,
  type NewEvent,
  type NewErasure,
  type StoredEvent,
} from '@patchbay/core';
import { SERVICE_TIMEOUT_MS, until as awaited } from '@patchbay/testing/services';
import pg from 'pg';
import { PostgresAuditLog } from '../audit/postgres-audit.log.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { groupParameters, PostgresEventStore } from '../events/postgres-event.store.js';
import { STORE_GROUP } from '../sql/store-events.js';
import { PostgresReadStore } from '../read/postgres-read.store.js';
import { PostgresReplayStore } from '../replays/postgres-replay.store.js';
import { again, succeeded } from '../testing/decisions.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { insertBrand } from '../testing/brand-fixture.js';
import { PostgresErasureStore } from './postgres-erasure.store.js';

const DAY_MS = 86_400_000;

/** Triggers the next fallback step of an event's deliveries, as a worker does. $1 event */
const TRIGGER_NEXT_STEP = `
INSERT INTO triggered_steps (
  delivery_id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id, messaging
)
SELECT
  id, retention_days, brand_id, event_id, subscription_id, subscription_version_id, event_type, customer_id, '{}'
FROM deliveries WHERE event_id = $1`;

/** Returns a generator of numbers in [0, 1) for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const servers = await testServers();

describe.each(servers)('the erasure of a customer on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let read: PostgresReadStore;
  let replays: PostgresReplayStore;
  let store: PostgresErasureStore;
  let ids: SampleIds;
  let asha: string;
  let ravi: string;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    read = new PostgresReadStore(database.dataSource, database.clock);
    replays = new PostgresReplayStore(database.dataSource, database.pgPool, database.clock);
    store = new PostgresErasureStore(database.dataSource, database.pgPool, database.clock);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());
  beforeEach(async () => {
    ids = await insertBrand(database.dataSource);
    asha = `asha-${randomUUID()}`;
    ravi = `ravi-${randomUUID()}`;
  });

  const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => database.dataSource.query(text, values);
  const hashOf = (customerId: string): string =>
    createHash('sha256').update(`${ids.brandId}${customerId}`).digest('hex');
  const newErasure = (customerId: string, until = Date.now()): NewErasure => ({
    ...{ id: uuidV7(Date.now()), brandId: ids.brandId, customerId, customerHash: hashOf(customerId), until },
  });
  async function stored(
    customerIds: readonly string[],
    at = Date.now(),
    also: Partial<NewEvent> = {},
  ): Promise<NewEvent> {
    const event = sampleEvent(ids, at, { customerIds, customerHashes: () => customerIds.map(hashOf), ...also });
    expect(await events.storeGroup([event])).toEqual([{ kind: 'accepted' }]);
    return event;
  }
  async function claim(): Promise<readonly ClaimedDelivery[]> {
    const wanted = [{ destinationId: ids.destinationId, limit: 50, leaseMs: 60_000 }];
    return (await deliveries.claim(wanted, Date.now() + 1_000)).deliveries;
  }
  const seen = (event: NewEvent): Promise<StoredEvent | null> => read.event(ids.brandId, event.id);
  const deliveryOf = async (event: NewEvent) => (await read.deliveriesOfEvent(ids.brandId, event.id))[0];

  /** Runs passes over all events of an erasure, without delays between the passes. */
  async function runErasure(id: string, passes = 3, batch = 2): Promise<Erasure> {
    const runner = new ErasureRunner(store, { batch, leaseMs: 60_000 }, () => Promise.resolve(hashOf));
    for (let pass = 0; pass < passes; pass += 1) {
      while (await runner.once(id));
      await sql('UPDATE erasures SET next_at = now() WHERE id = $1', [id]);
    }
    const found = await store.find(ids.brandId, id);
    if (found === null) throw new Error('the erasure was not found');
    return found;
  }
  async function erase(customerId: string): Promise<Erasure> {
    const erasure = newErasure(customerId);
    await store.create(erasure, { name: 'dpo', keyId: null });
    return runErasure(erasure.id);
  }
  /** Returns the names of the tables that have a row with the given text. */
  async function tablesWith(text: string): Promise<string[]> {
    const tables = await sql<{ name: string }>(
      `SELECT c.oid::regclass::text AS name FROM pg_class c
      WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await sql(`SELECT FROM ONLY ${name} t WHERE strpos(t::text, $1) > 0`, [text]);
      if (rows.length > 0) found.push(name);
    }
    return found;
  }

  it('erases all data of the customer, of any day, cancels waiting deliveries and keeps a receipt', async () => {
    const sealed = Buffer.from('sealed');
    const old = await stored([asha], Date.now() - 70 * DAY_MS, { retentionDays: 90, sealed });
    await deliveries.record((await claim()).map(succeeded));
    const many = [];
    for (let index = 0; index < 5; index += 1) many.push(await stored([asha], Date.now() - index));
    const other = await stored([ravi]);
    expect(await tablesWith(asha)).not.toEqual([]);

    const receipt = await erase(asha);
    expect(receipt).toMatchObject({
      ...{ state: 'done', requestedBy: 'dpo', eventId: null, customerHash: hashOf(asha) },
      ...{ events: 6, deliveries: 5, attempts: 1, endedAt: expect.any(Number) },
    });
    expect(await tablesWith(asha)).toEqual([]);
    expect(await seen(old)).toMatchObject({
      ...{ id: old.id, type: 'pointsIssued', receivedAt: old.receivedAt, erasedAt: expect.any(Number) },
      ...{ customerId: null, customerIds: [], sourceEventId: '', attributes: {}, data: {}, sealed: null },
    });
    expect(await deliveryOf(old)).toMatchObject({ status: 'succeeded', externalId: null, customerId: null });
    const attempted = await read.delivery(ids.brandId, (await deliveryOf(old))?.id ?? '');
    expect(attempted?.attemptRecords).toMatchObject([
      { outcome: 'accepted', message: null, request: null, response: null },
    ]);
    for (const event of many) {
      expect(await deliveryOf(event)).toMatchObject({ status: 'cancelled', reason: 'customer forgotten' });
    }
    expect(await seen(other)).toMatchObject({ erasedAt: null, customerIds: [ravi] });
    expect((await claim()).map(({ event }) => event.id)).toEqual([other.id]);
  });

  it('finds nothing the second time, as its receipt shows', async () => {
    await stored([asha]);
    expect(await erase(asha)).toMatchObject({ state: 'done', events: 1 });
    expect(await erase(asha)).toMatchObject({ state: 'done', events: 0, deliveries: 0, attempts: 0 });
    const page = await store.list(ids.brandId, { limit: 1, cursor: null });
    expect(page.data).toMatchObject([{ events: 0 }]);
    const next = await store.list(ids.brandId, { limit: 1, cursor: page.nextCursor });
    expect(next).toMatchObject({ data: [{ events: 1 }], nextCursor: null });
    await expect(store.list(randomUUID(), { limit: 1, cursor: page.nextCursor })).rejects.toThrow(CursorError);
    expect(await store.find(randomUUID(), page.data[0]?.id ?? '')).toBeNull();
    const log = new PostgresAuditLog(database.dataSource);
    const entries = await log.entries({ target: hashOf(asha) }, { limit: 5, cursor: null });
    expect(entries.data).toMatchObject([
      { action: 'customer.forget', actor: { name: 'dpo' } },
      { action: 'customer.forget', actor: { name: 'dpo' } },
    ]);
  });

  it('erases an event that also lists another customer, and keeps it in the index of that customer', async () => {
    const transfer = await stored([ravi, asha]);
    const three = await stored(['mona', ravi, asha]);
    await erase(asha);
    expect(await tablesWith(asha)).toEqual([]);
    expect(await seen(transfer)).toMatchObject({ data: {}, customerId: ravi, customerIds: [ravi] });
    expect(await deliveryOf(transfer)).toMatchObject({ status: 'cancelled', customerId: ravi });
    expect(await seen(three)).toMatchObject({ data: {}, customerId: 'mona', customerIds: ['mona', ravi] });
    expect(await erase(ravi)).toMatchObject({ events: 2 });
    expect(await seen(transfer)).toMatchObject({ customerId: null, customerIds: [] });
    expect(await seen(three)).toMatchObject({ customerId: 'mona', customerIds: ['mona'] });
    expect(await tablesWith(ravi)).toEqual([]);
    expect(await deliveryOf(transfer)).toMatchObject({ customerId: null });
  });

  it('waits for deliveries in flight, does not retry them, and erases their results', async () => {
    const event = await stored([asha]);
    const retried = await stored([asha]);
    const claimed = await claim();
    const erasure = newErasure(asha);
    await store.create(erasure, { name: 'dpo', keyId: null });
    expect(await runErasure(erasure.id)).toMatchObject({ state: 'running', events: 0, deliveries: 0 });
    expect(await seen(event)).toMatchObject({ data: {}, erasedAt: expect.any(Number) });
    const outcome = (delivery: ClaimedDelivery) =>
      delivery.event.id === event.id ? succeeded(delivery) : again(delivery, Date.now());
    await deliveries.record(claimed.map(outcome));
    expect(await claim()).toEqual([]);
    expect(await runErasure(erasure.id)).toMatchObject({ state: 'done', events: 2, attempts: 2 });
    expect(await deliveryOf(event)).toMatchObject({ status: 'succeeded', externalId: null, customerId: null });
    expect(await deliveryOf(retried)).toMatchObject({ status: 'cancelled', customerId: null });
    expect(await tablesWith(asha)).toEqual([]);
  });

  it('erases late events from the time before it, and stores events from the time after it', async () => {
    const before = sampleEvent(ids, Date.now(), { occurredAt: Date.now() - 5_000, customerIds: [asha, ravi] });
    const neighbour = sampleEvent(ids, Date.now(), { customerIds: [ravi], customerHashes: () => [hashOf(ravi)] });
    await erase(asha);
    const late = { ...before, customerHashes: () => [hashOf(asha), hashOf(ravi)] };
    const outcomes = await events.storeGroup([late, neighbour]);
    expect(outcomes).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    expect(await seen(late)).toMatchObject({
      ...{ type: 'pointsIssued', data: {}, attributes: {}, customerIds: [], erasedAt: expect.any(Number) },
    });
    expect(await read.deliveriesOfEvent(ids.brandId, late.id)).toEqual([]);
    expect(await seen(neighbour)).toMatchObject({ customerIds: [ravi], erasedAt: null });
    const repeated = { ...sampleEvent(ids, Date.now(), { sourceEventId: before.sourceEventId }), customerIds: [asha] };
    expect(await events.storeGroup([repeated])).toEqual([{ kind: 'duplicate', eventId: late.id }]);
    expect(await tablesWith(asha)).toEqual([]);

    const anew = await stored([asha], Date.now() + 1_000, { type: 'customerAdded', occurredAt: Date.now() + 1_000 });
    const customerHashes = jest.fn(() => [hashOf(asha)]);
    await stored([asha], Date.now() + 1_000, { occurredAt: Date.now() + 1_000, customerHashes });
    expect(customerHashes).not.toHaveBeenCalled();
    expect(await seen(anew)).toMatchObject({ customerIds: [asha], erasedAt: null });
    expect((await claim()).map(({ event }) => event.id)).toContain(anew.id);
  });

  describe('started by a deletion event', () => {
    async function deletion(occurredAt = Date.now() - 1_000): Promise<{ event: NewEvent; id: string }> {
      const erasure = newErasure(asha, occurredAt);
      const event = await stored([asha], Date.now(), { occurredAt, customerHashes: null, erasures: [erasure] });
      return { event, id: erasure.id };
    }

    it('starts once, with the commit of the event, and delivers the event before erasing it', async () => {
      const past = await stored([asha], Date.now() - 60_000);
      const { event, id } = await deletion();
      const twice = { ...event, id: uuidV7(Date.now()), erasures: [newErasure(asha)], deliveries: [] };
      expect(await events.storeGroup([twice])).toEqual([{ kind: 'duplicate', eventId: event.id }]);
      expect((await store.list(ids.brandId, { limit: 9, cursor: null })).data).toHaveLength(1);
      expect(await runErasure(id)).toMatchObject({
        state: 'running',
        requestedBy: 'hub',
        eventId: event.id,
        deliveries: 1,
      });
      expect(await seen(past)).toMatchObject({ data: {} });
      expect(await seen(event)).toMatchObject({ customerIds: [asha], data: { totalPointsIssued: 125 } });
      const claimed = await claim();
      expect(claimed.map((one) => one.event.id)).toEqual([event.id]);
      await deliveries.record(claimed.map(succeeded));
      expect(await runErasure(id)).toMatchObject({ state: 'done', events: 2 });
      expect(await seen(event)).toMatchObject({ customerIds: [], data: {} });
      expect(await tablesWith(asha)).toEqual([]);
    });

    it('keeps its grace period during another erasure, which does not wait for it', async () => {
      const { event } = await deletion();
      expect(await erase(asha)).toMatchObject({ state: 'done', events: 0 });
      expect((await claim()).map((one) => one.event.id)).toEqual([event.id]);
    });

    it('cancels and erases the event if it was not delivered within 72 hours', async () => {
      const { event, id } = await deletion();
      await sql(`UPDATE erasures SET grace_until = now() WHERE id = $1`, [id]);
      expect(await runErasure(id)).toMatchObject({ state: 'done', events: 1, deliveries: 1 });
      expect(await deliveryOf(event)).toMatchObject({ status: 'cancelled' });
    });

    it('keeps the grace period while a fallback step is triggered and not created', async () => {
      const { event, id } = await deletion();
      await sql(TRIGGER_NEXT_STEP, [event.id]);
      await deliveries.record((await claim()).map(succeeded));
      expect(await runErasure(id)).toMatchObject({ state: 'running', events: 0 });
      expect(await seen(event)).toMatchObject({ customerIds: [asha], data: { totalPointsIssued: 125 } });
      await sql('DELETE FROM triggered_steps WHERE event_id = $1', [event.id]);
      expect(await runErasure(id)).toMatchObject({ state: 'done', events: 1 });
    });

    it('runs again at the end of the grace period, even if the delay is longer', async () => {
      const { id } = await deletion();
      const claimed = await store.claim(60_000, id);
      if (claimed === null) throw new Error('the erasure was not claimed');
      await sql(`UPDATE erasures SET grace_until = now() + interval '5 s' WHERE id = $1`, [id]);
      await store.postpone(claimed, 3_600_000);
      expect(await sql('SELECT FROM erasures WHERE id = $1 AND next_at = grace_until', [id])).toHaveLength(1);
    });

    it('does not cover events after the deletion, if the customer registered again', async () => {
      const { id } = await deletion(Date.now() - 60_000);
      const since = await stored([asha], Date.now(), { occurredAt: Date.now() - 30_000 });
      await deliveries.record((await claim()).map(succeeded));
      expect(await runErasure(id)).toMatchObject({ state: 'done', events: 1 });
      expect(await seen(since)).toMatchObject({ customerIds: [asha], erasedAt: null });
    });
  });

  describe('with a key that the source picked', () => {
    let phone: string;

    beforeEach(() => {
      phone = `+${randomUUID()}`;
    });

    const keyed = (platformId: string | null, also: Partial<NewEvent> = {}): Promise<NewEvent> => {
      const customerIds = platformId === null ? [] : [platformId];
      const customerHashes = (): string[] => [phone, ...customerIds].map(hashOf);
      return stored(customerIds, Date.now(), { customer: { key: phone, platformId }, customerHashes, ...also });
    };
    /** Runs all erasures of the brand to their end, and returns their receipts. */
    async function runAll(): Promise<readonly Erasure[]> {
      for (let round = 0; ; round += 1) {
        const { data } = await store.list(ids.brandId, { limit: 20, cursor: null });
        const open = data.filter(({ state }) => state === 'running');
        if (open.length === 0 || round === 6) return data;
        for (const { id } of open) await runErasure(id, 1);
      }
    }

    it('finds the events of the linked ids, in lists of events and deliveries', async () => {
      const own = [await stored([asha]), await keyed(asha), await keyed(null)];
      const both = own.map(({ id }) => id).sort();
      const listedKeys = (await read.storedEvents(ids.brandId, both)).map(({ customerKey }) => customerKey).sort();
      for (const customer of [asha, phone]) {
        const page = { limit: 10, cursor: null };
        const listed = await read.events(ids.brandId, { customer }, page);
        expect(listed.data.map(({ id }) => id).sort()).toEqual(both);
        const sent = await read.deliveries(ids.brandId, { customer }, page);
        expect(sent.data.map(({ eventId }) => eventId).sort()).toEqual(both);
      }
      expect(await read.linkedCustomers(ids.brandId, asha)).toEqual([phone]);
      expect(await read.linkedCustomers(ids.brandId, phone)).toEqual([asha]);
      expect(await read.linkedCustomers(randomUUID(), phone)).toEqual([]);
      expect(await read.linkedCustomers(ids.brandId, 'a\u0000b')).toEqual([]);
      expect(listedKeys).toEqual([asha, phone, phone].sort());
    });

    it('writes a link once a day, and extends it for the retention of its newest event', async () => {
      await keyed(asha);
      await keyed(asha);
      const rows = (): Promise<{ expires: string }[]> =>
        sql('SELECT expires_at::text AS expires FROM customer_links WHERE brand_id = $1', [ids.brandId]);
      const [first] = await rows();
      await sql(
        `UPDATE customer_links SET seen_at = seen_at - interval '2 days', expires_at = now() WHERE brand_id = $1`,
        [ids.brandId],
      );
      await keyed(asha, { retentionDays: 90 });
      expect(await rows()).toHaveLength(2);
      expect((await rows()).every(({ expires }) => expires > (first?.expires ?? ''))).toBe(true);
    });

    it('erases the linked ids after a deletion event, but not the further ids of a shared key', async () => {
      const own = [await stored([asha], Date.now() - 60_000), await keyed(asha), await keyed(null)];
      const shared = await keyed(ravi);
      const other = await stored([ravi]);
      await deliveries.record((await claim()).map(succeeded));
      await stored([asha], Date.now(), {
        ...{ type: 'gone', customerHashes: null, deliveries: [], occurredAt: Date.now() },
        erasures: [newErasure(asha)],
      });
      expect((await runAll()).map(({ state, customerHash }) => [state, customerHash]).sort()).toEqual(
        [asha, phone].map((id) => ['done', hashOf(id)]).sort(),
      );
      for (const event of [...own, shared]) expect(await seen(event)).toMatchObject({ data: {} });
      expect(await seen(other)).toMatchObject({ erasedAt: null });
      expect(await tablesWith(asha)).toEqual([]);
      expect(await tablesWith(phone)).toEqual([]);
    });

    it('does not follow a key that more than ten customers share', async () => {
      for (let index = 0; index < 11; index += 1) await keyed(`guest-${randomUUID()}`);
      const event = await keyed(asha);
      expect(await read.linkedCustomers(ids.brandId, asha)).toEqual([]);
      expect(await read.linkedCustomers(ids.brandId, phone)).toEqual([]);
      const listed = await read.events(ids.brandId, { customer: asha }, { limit: 20, cursor: null });
      expect(listed.data.map(({ id }) => id)).toEqual([event.id]);
    });
  });

  it('does not end while a statement from before the tombstone runs, and erases what it stores', async () => {
    const event = sampleEvent(ids, Date.now(), { customerIds: [asha], deliveries: [] });
    const slow = new pg.Client({ connectionString: database.url });
    await slow.connect();
    // This transaction keeps a snapshot from before the erasure, as a long statement does.
    await slow.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await slow.query('SELECT FROM tombstones');
    const erasure = newErasure(asha);
    await store.create(erasure, { name: 'dpo', keyId: null });
    expect(await runErasure(erasure.id)).toMatchObject({ state: 'running', events: 0 });
    const { text, values } = STORE_GROUP.first.with(groupParameters([event]));
    await slow.query(text, values);
    await slow.query('COMMIT');
    await slow.end();
    expect(await seen(event)).toMatchObject({ customerIds: [asha] });
    expect(await runErasure(erasure.id)).toMatchObject({ state: 'done', events: 1 });
    expect(await tablesWith(asha)).toEqual([]);
  });

  it('leaves nothing behind with concurrent ingest, attempts and retries', async () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    process.stderr.write(`seed ${seed}\n`);
    const random = randomFrom(seed);
    const early = Date.now() - 10_000;
    for (let index = 0; index < 20; index += 1) await stored([asha], early);
    const erasure = newErasure(asha);
    let stopped = false;
    const sending = async (): Promise<void> => {
      for (let count = 0; count < 40; count += 1) {
        await stored(random() < 0.3 ? [ravi, asha] : [asha], early);
        if (random() < 0.2) await delay(random() * 5);
      }
    };
    const working = async (): Promise<void> => {
      while (!stopped) {
        const claimed = await claim();
        await delay(random() * 5);
        await deliveries.record(claimed.map((one) => (random() < 0.5 ? succeeded(one) : again(one, Date.now()))));
      }
    };
    const workers = [working(), working()];
    const senders = [sending(), sending()];
    await delay(random() * 50);
    await store.create(erasure, { name: 'dpo', keyId: null });
    const done = Promise.all([runErasure(erasure.id, 200), runErasure(erasure.id, 200)]);
    await Promise.all(senders);
    await done;
    stopped = true;
    await Promise.all(workers);
    expect(await runErasure(erasure.id)).toMatchObject({ state: 'done' });
    expect(await tablesWith(asha)).toEqual([]);
  });

  const asked = {
    ...{ includeSucceeded: true, ratePerSecond: null, requestedBy: 'dpo', expected: 1, expectedIsExact: true },
  };

  it('excludes erased events from replays, and hides the customer in replay filters', async () => {
    await stored([asha]);
    const kept = await stored([ravi]);
    const filter = { customer: asha, status: 'succeeded' as const };
    const replay = { id: uuidV7(Date.now()), brandId: ids.brandId, filter, mapping: 'current' as const };
    await replays.create({ ...replay, ...asked });
    const claimed = await replays.claim(60_000);
    const picked = async (selection: Pick<typeof replay, 'brandId' | 'mapping'> & { filter: { from: number } }) =>
      (
        await replays.candidates(
          { ...selection, includeSucceeded: true },
          { before: uuidV7(Date.now() + 1), cursor: null },
          10,
        )
      ).candidates;
    const all = { brandId: ids.brandId, mapping: 'current' as const, filter: { from: Date.now() - 60_000 } };
    const before = await picked(all);
    expect(before).toHaveLength(2);

    await erase(asha);
    expect((await picked(all)).map(({ event }) => event.id)).toEqual([kept.id]);
    expect(await replays.find(ids.brandId, replay.id)).toMatchObject({
      filter: { ...filter, customer: '(erased)' },
    });
    // A replay step that picked the events before the erasure creates no deliveries for these events.
    if (claimed === null) throw new Error('the replay was not claimed');
    const created = await replays.advance(claimed, {
      deliveries: before.map(({ event }) => ({
        ...sampleDelivery(event.id, ids, Date.now()),
        id: uuidV7(Date.now()),
        event,
      })),
      ...{ scanned: 2, skipped: NO_SKIPS, cursor: null, nextAt: Date.now() },
    });
    expect(created).toBe(1);
    expect(await tablesWith(asha)).toEqual([]);
  });

  it('wakes a delivery of another customer that a delivery of the customer blocked', async () => {
    const order = { key: randomUUID(), policy: 'block' as const };
    const inOrder = (event: NewEvent, occurredAt: number): NewEvent => ({
      ...event,
      deliveries: event.deliveries.map((delivery) => ({ ...delivery, order: { ...order, occurredAt } })),
    });
    const head = inOrder(sampleEvent(ids, Date.now(), { customerIds: [ravi, asha] }), 10);
    await events.storeGroup([head]);
    const dead = (delivery: ClaimedDelivery) => ({ ...succeeded(delivery), state: 'dead' as const, blocks: true });
    await deliveries.record((await claim()).map(dead));
    const next = inOrder(sampleEvent(ids, Date.now(), { customerIds: [ravi] }), 20);
    await events.storeGroup([next]);
    expect(await claim()).toEqual([]);
    await erase(asha);
    expect((await claim()).map(({ event }) => event.id)).toEqual([next.id]);
  });

  it('deletes triggered fallback steps, message caps and contact intervals of the customer', async () => {
    const event = await stored([asha]);
    await deliveries.record((await claim()).map(succeeded));
    const caps = [capKeysOf(ids.brandId, asha)[0], contactKey(ids.destinationId, asha)];
    for (const cap of caps)
      await sql(`INSERT INTO message_caps VALUES ($1, ARRAY[$2::uuid], ARRAY[now()], now() + interval '1 day')`, [
        ...[cap, event.deliveries[0]?.id],
      ]);
    await sql(TRIGGER_NEXT_STEP, [event.id]);
    expect(await tablesWith(asha)).toContain('triggered_steps');
    expect(await erase(asha)).toMatchObject({ state: 'done', events: 1 });
    expect(await tablesWith(asha)).toEqual([]);
    expect(await sql('SELECT FROM message_caps WHERE key = ANY ($1)', [caps])).toEqual([]);
  });

  it('deletes a fallback step that is triggered while it runs', async () => {
    const event = await stored([asha]);
    const erasure = newErasure(asha);
    await store.create(erasure, { name: 'dpo', keyId: null });
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    // The lock blocks the statement that cancels waiting deliveries. That statement runs after the statement that
    // deletes triggered steps.
    await other.query('BEGIN');
    await other.query('LOCK TABLE deliveries_ended IN SHARE MODE');
    const done = runErasure(erasure.id);
    await awaited(async () => (await sql('SELECT FROM pg_locks WHERE NOT granted')).length > 0, {
      what: 'the erasure to wait',
    });
    await other.query(TRIGGER_NEXT_STEP, [event.id]);
    await other.query('COMMIT');
    await other.end();
    expect(await done).toMatchObject({ state: 'done', events: 1 });
    expect(await tablesWith(asha)).toEqual([]);
  });

  it('hides the customer in a replay that was requested during the erasure', async () => {
    await stored([asha]);
    const claimed = await claim();
    const erasure = newErasure(asha);
    await store.create(erasure, { name: 'dpo', keyId: null });
    expect(await runErasure(erasure.id)).toMatchObject({ state: 'running' });
    const replay = {
      id: uuidV7(Date.now()),
      brandId: ids.brandId,
      filter: { customer: asha },
      mapping: 'current' as const,
    };
    await replays.create({ ...replay, ...asked });
    await deliveries.record(claimed.map(succeeded));
    expect(await runErasure(erasure.id)).toMatchObject({ state: 'done' });
    expect(await replays.find(ids.brandId, replay.id)).toMatchObject({ filter: { customer: '(erased)' } });
    expect(await tablesWith(asha)).toEqual([]);
  });

  it('continues after a crash, in another process', async () => {
    for (let index = 0; index < 5; index += 1) await stored([asha]);
    const erasure = newErasure(asha);
    await store.create(erasure, { name: 'dpo', keyId: null });
    const claimed = await store.claim(60_000, erasure.id);
    if (claimed === null) throw new Error('the erasure was not claimed');
    expect(await store.claim(60_000, erasure.id)).toBeNull();
    await sql(`UPDATE erasures SET lease_until = now() - interval '1 s' WHERE id = $1`, [erasure.id]);
    expect(await runErasure(erasure.id)).toMatchObject({ state: 'done', events: 5 });
    expect(await store.step(claimed, 10)).toBeNull();
    expect((await store.recent()).map(({ key }) => key)).toContain(`${erasure.id} ended`);
  });
});
