import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidV7, type DeliveryFilter, type EventFilter, type ReplaySelection } from '@patchbay/core';
import { ownServers, SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { PostgresStatusUpdateStore } from '../status-updates/postgres-status-update.store.js';
import { PostgresReplayStore } from '../replays/postgres-replay.store.js';
import { explainStatements, type StatementPlans, type ExplainedStatement } from '../testing/statement-plans.js';
import { fillEnded, fillEvents, fillWaiting, makeDays, type Filling } from '../testing/fill-tables.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import type { SampleIds } from '../testing/event-fixtures.js';
import { insertDestinationAndSubscription, insertBrand } from '../testing/brand-fixture.js';
import { PostgresLiveStore } from './postgres-live.store.js';
import { PostgresReadStore } from './postgres-read.store.js';

const DAY_MS = 86_400_000;
const DAYS = 40;
const PAGE = { limit: 20, cursor: null };
/**
 * Maximum number of pages per statement. The 40,000 waiting rows take about 1,500 pages; the 2,000 rows of a day take
 * about 70 pages.
 */
const MAX_PAGES = 300;
/**
 * Maximum number of pages per statement about a customer or a rare event type. The number is high, because PostgreSQL before version 17
 * looks up each event in each day.
 */
const MAX_PAGES_OF_EVENTS = 5_000;
/**
 * Maximum number of pages to count the 25,000 newest of the 40,000 rows of a destination, which has half of the brand's
 * share. Each page has about 14 rows.
 */
const MAX_PAGES_OF_COUNTS = 2_400;

describe.each(await ownServers())('reads of many rows on the %s PostgreSQL', (_name, server) => {
  let owner: Awaited<ReturnType<typeof openTestDatabase>>;
  let database: Database;
  let plans: StatementPlans;
  let store: PostgresReadStore;
  let busy: SampleIds;
  let idle: SampleIds;
  let frequent: SampleIds;
  let now: number;

  beforeAll(async () => {
    owner = await openTestDatabase(server);
    const { dataSource } = owner;
    now = Date.now();
    await makeDays(dataSource, 30, now, DAYS + 2);
    busy = await insertBrand(dataSource);
    idle = await insertBrand(dataSource);
    frequent = await insertBrand(dataSource);
    const second = await insertDestinationAndSubscription(dataSource, busy, 'second');
    await dataSource.query('UPDATE destination_states SET paused = true WHERE destination_id = $1', [
      second.destinationId,
    ]);
    for (let day = 0; day < DAYS; day += 1) {
      const at = now - (day + 1) * DAY_MS;
      const filling: Filling = { ids: busy, retentionDays: 30, at, count: 2_000 };
      await fillEvents(dataSource, filling);
      await fillEnded(dataSource, filling);
      await fillEvents(dataSource, { ...filling, ids: idle, count: 1 });
      await fillEnded(dataSource, { ...filling, ids: idle, count: 1 });
      await fillEvents(dataSource, { ...filling, ids: frequent, count: 50, customers: 1 });
      await fillEnded(dataSource, { ...filling, ids: frequent, count: 50 });
    }
    await fillWaiting(dataSource, { ids: second, retentionDays: 30, at: now - DAY_MS / 2, count: 40_000 });
    await fillWaiting(dataSource, { ids: idle, retentionDays: 30, at: now - 20 * DAY_MS, count: 1 });
    await dataSource.query(
      `INSERT INTO lookup_pauses (brand_id, lookup, reason, paused_at)
      VALUES ($1, 'recipients.resolver', 'it answered 401', now())`,
      [busy.brandId],
    );
    await dataSource.query(
      `UPDATE deliveries_waiting SET reason = 'lookup paused: recipients.resolver'
      WHERE brand_id = $1 AND customer_id LIKE '%7'`,
      [busy.brandId],
    );
    await dataSource.query(
      `INSERT INTO customer_links (brand_id, customer_id, linked_id, seen_at, expires_at)
      SELECT $1::uuid, a, b, now(), now() + interval '30 days' FROM generate_series(1, 5000) i
      CROSS JOIN LATERAL (VALUES ('shared', 'guest-' || i), ('guest-' || i, 'shared')) AS link (a, b)`,
      [busy.brandId],
    );
    await dataSource.query('VACUUM ANALYZE');
    plans = await explainStatements(owner.url);
    database = await openDatabase({ url: owner.url, onError: () => undefined });
    store = new PostgresReadStore(database.dataSource, database.clock);
    await database.dataSource.query('SELECT 1');
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    plans.stop();
    await database.close();
    await owner.close();
  });

  /** Returns the statements that `run` executed, with their plans and costs. */
  async function costOf(run: () => Promise<unknown>): Promise<readonly ExplainedStatement[]> {
    plans.take();
    await run();
    const statements = plans.take();
    expect(statements.length).toBeGreaterThan(0);
    return statements;
  }
  function expectCheap(statements: readonly ExplainedStatement[], maximum = MAX_PAGES): void {
    expect(statements.filter(({ pages }) => pages > maximum)).toEqual([]);
  }
  const maxPagesOf = (filter: EventFilter | DeliveryFilter): number =>
    filter.customer === undefined && !('eventType' in filter) ? MAX_PAGES : MAX_PAGES_OF_EVENTS;

  it('read few pages for a number that a shop sends for all customers without a number', async () => {
    expectCheap(await costOf(() => store.linkedCustomers(busy.brandId, 'shared')));
    expectCheap(await costOf(() => store.linkedCustomers(busy.brandId, 'guest-1')));
    expectCheap(await costOf(() => store.events(busy.brandId, { customer: 'shared' }, PAGE)), MAX_PAGES_OF_EVENTS);
  });

  const eventFilters: readonly EventFilter[] = [
    {},
    { type: ['rare'] },
    { type: ['none'] },
    { status: ['quarantined'] },
    { status: ['accepted'] },
    { type: ['rare'], status: ['accepted'] },
    { customer: 'customer-7' },
    { customer: 'nobody' },
    { customer: 'customer-1', type: ['rare'] },
    { type: ['rare', 'none'] },
    { source: ['capillary'] },
    { source: ['none'] },
    { status: ['accepted', 'quarantined'] },
  ];
  it.each(eventFilters)(
    'read few pages for events with the filter %j, of a busy and of an idle brand',
    async (filter) => {
      for (const { brandId } of [busy, idle])
        expectCheap(await costOf(() => store.events(brandId, filter, PAGE)), maxPagesOf(filter));
    },
  );

  it.each([['points*'], ['rare'], ['none'], ['rare', 'none'], ['none', 'nothing*'], ['*']])(
    'read few pages for the events of the types %j with their content',
    async (...events) => {
      for (const { brandId, sourceId } of [busy, idle])
        expectCheap(await costOf(() => store.takenEvents(brandId, { sourceId, events }, PAGE)));
    },
  );

  const deliveryFilters: readonly DeliveryFilter[] = [
    {},
    { status: ['succeeded'] },
    { status: ['dead'] },
    { status: ['held'] },
    { status: ['held'], destination: ['hook'] },
    { lookup: ['recipients.resolver'] },
    { lookup: ['recipients.resolver'], destination: ['none'] },
    { lookup: ['enrichment.none'] },
    { status: ['scheduled'] },
    { destination: ['hook'] },
    { destination: ['second'] },
    { destination: ['none'] },
    { subscription: ['points'], destination: ['hook'] },
    { errorKind: ['rejected'] },
    { eventType: ['rare'] },
    { eventType: ['none'] },
    { eventType: ['none', 'gone'], status: ['dead'] },
    { status: ['dead', 'held'] },
    { status: ['dead', 'scheduled'], destination: ['hook', 'second'] },
    { vendorCode: [''], status: ['dead', 'unconfirmed'] },
    { vendorCode: ['21211'] },
    { vendorCode: ['none'] },
    { vendorCode: ['none', 'gone'], status: ['dead', 'scheduled'] },
    { vendorStatus: ['undelivered'] },
    { vendorStatus: ['bounced', 'failed'], destination: ['hook'] },
    { vendorStatus: ['undelivered'], vendorCode: ['none'] },
    { vendorStatus: ['none'] },
    { customer: 'customer-7' },
    { customer: 'nobody' },
    { customer: 'customer-1', status: ['dead'] },
  ];
  it.each(deliveryFilters)(
    'read few pages for deliveries with the filter %j, of a busy and of an idle brand',
    async (filter) => {
      for (const { brandId } of [busy, idle])
        expectCheap(await costOf(() => store.deliveries(brandId, filter, PAGE)), maxPagesOf(filter));
    },
  );

  it('read few pages, in few statements, for deliveries of a customer with many events', async () => {
    for (const filter of [{}, { status: ['dead'] }, { errorKind: ['none'] }] as const) {
      const statements = await costOf(() =>
        store.deliveries(frequent.brandId, { customer: 'customer-0', ...filter }, PAGE),
      );
      expectCheap(statements, 30_000);
      expect(statements.length).toBeLessThan(30);
    }
  });

  it('read few pages for an id that no sender has given', async () => {
    const filter = { sourceEventId: ['unknown', 'other'], from: now - 29 * DAY_MS };
    for (const { brandId } of [busy, idle]) {
      const statements = await costOf(() => store.events(brandId, filter, PAGE));
      expectCheap(statements, 30);
      expect(statements).toHaveLength(2);
    }
  });

  it('search no weeks in which nothing is stored', async () => {
    for (const run of [
      () => store.events(busy.brandId, { type: ['none'] }, PAGE),
      () => store.deliveries(busy.brandId, { customer: 'nobody' }, PAGE),
      () => store.hasCustomer(busy.brandId, 'nobody'),
    ])
      expect((await costOf(run)).length).toBeLessThan(10);
  });

  it('read few pages and days for live notices', async () => {
    const live = new PostgresLiveStore(database.dataSource);
    // The newest of the waiting deliveries is 3,200 seconds old, and there is one per second. Windows include their start.
    const [from, previousFrom] = [now - 3_250_000, now - 3_300_000];
    const brands = [busy, idle].map(({ brandId }) => ({ brandId, from, previousFrom }));
    const statements = await costOf(() => live.recent(brands));
    expectCheap(statements);
    expect(new Set(statements.flatMap(({ tables }) => tables)).size).toBeLessThan(12);
    const [ofBusy] = (await live.recent(brands)).filter(({ brandId }) => brandId === busy.brandId);
    expect(ofBusy?.deliveries).toMatchObject({ sincePrevious: 101, inWindow: 51 });
  });

  it('read few days for a first page', async () => {
    for (const run of [() => store.events(busy.brandId, {}, PAGE), () => store.deliveries(busy.brandId, {}, PAGE)]) {
      const statements = await costOf(run);
      expect(new Set(statements.flatMap(({ tables }) => tables)).size).toBeLessThan(10);
    }
  });

  it('find one event or delivery in the partitions of its day', async () => {
    const to = now - 5 * DAY_MS;
    const [event] = (await store.events(busy.brandId, { to }, PAGE)).data;
    const [delivery] = (await store.deliveries(busy.brandId, { to }, PAGE)).data;
    for (const run of [
      () => store.event(busy.brandId, event?.id ?? ''),
      () => store.delivery(busy.brandId, delivery?.id ?? ''),
      () => store.deliveriesOfEvent(busy.brandId, delivery?.eventId ?? ''),
    ]) {
      const statements = await costOf(run);
      expectCheap(statements);
      for (const { tables } of statements) expect(tables.length).toBeLessThan(15);
    }
  });

  it('find the deliveries of a status callback by either id, and read few pages for an unknown id', async () => {
    const statusUpdates = new PostgresStatusUpdateStore(database, database.clock);
    const { data } = await store.deliveries(busy.brandId, { status: ['succeeded'] }, PAGE);
    const updates = data.map(({ id, externalId }, i) => ({
      ...(i % 2 === 0 ? { deliveryId: id } : { externalId: externalId ?? '' }),
      status: 'sent' as const,
    }));
    const unknown = { externalId: 'unknown', status: 'sent' } as const;
    const statements = await costOf(() => statusUpdates.apply(busy.destinationId, [...updates, unknown]));
    expectCheap(statements.filter(({ text }) => !text.includes('UPDATE')));
    expect(await statusUpdates.apply(busy.destinationId, [...updates, unknown])).toBe(20);
  });

  it('let a status callback update rows as heap-only updates, without new index entries', async () => {
    const statusUpdates = new PostgresStatusUpdateStore(database, database.clock);
    const pages: number[] = [];
    // Each row is on a separate full page. A second update of a page may need another page, because a snapshot (for
    // example of autovacuum) may keep the first row version.
    for (const day of [5, 10, 15]) {
      for (const seconds of [300, 600, 900, 1_200]) {
        const to = now - day * DAY_MS + seconds * 1_000;
        const { data } = await store.deliveries(busy.brandId, { status: ['succeeded'], to }, { ...PAGE, limit: 1 });
        const updates = data.map(({ id }) => ({ deliveryId: id, status: 'sent' as const }));
        const statements = await costOf(() => statusUpdates.apply(busy.destinationId, updates));
        // The first update in a day's partition also reads the metadata of that partition's indexes, so this update is
        // not measured.
        if (seconds === 300) continue;
        pages.push(...statements.filter(({ text }) => text.includes('UPDATE')).map((statement) => statement.pages));
      }
    }
    expect(pages).toHaveLength(9);
    // A new entry in each of the eight indexes would take two or three pages per index.
    expect(pages.filter((count) => count > 12)).toEqual([]);
  });

  // No event that the last filter selects can be replayed, so all events of the filter are read.
  it.each<ReplaySelection['filter']>([
    {},
    { eventType: 'rare' },
    { customer: 'customer-7' },
    { customer: 'customer-2' },
  ])('read few pages for the first candidates of a replay with the filter %j', async (filter) => {
    const replays = new PostgresReplayStore(database.dataSource, database.pgPool, database.clock);
    const selection = {
      brandId: busy.brandId,
      mapping: 'current',
      includeSucceeded: false,
      filter: { ...filter, from: now - DAYS * DAY_MS },
    } as const;
    const position = { before: uuidV7(now), cursor: null };
    const statements = await costOf(() => replays.candidates(selection, position, 20));
    expectCheap(statements, 2 * MAX_PAGES);
  });

  it('read few pages for failures by cause, for seen event types and for the deliveries of a page of events', async () => {
    const from = now - 7 * DAY_MS;
    for (const { brandId } of [busy, idle]) {
      expectCheap(await costOf(() => store.failures(brandId, { from, limit: 100 })));
      expectCheap(await costOf(() => store.seenEventTypes(brandId, from)));
    }
    const { data } = await store.events(busy.brandId, {}, { ...PAGE, limit: 200 });
    const ids = data.map(({ id }) => id);
    expectCheap(await costOf(() => store.deliveriesOfEvents(busy.brandId, ids)), MAX_PAGES_OF_EVENTS);
    expectCheap(await costOf(() => store.deliveriesByExternalId(busy.brandId, 'unknown')));
  });

  it('read the newest deliveries of each destination for the counts of subscriptions, and none of other brands', async () => {
    const from = now - DAY_MS;
    expectCheap(await costOf(() => store.subscriptionCounts(busy.brandId, from)), MAX_PAGES_OF_COUNTS);
    expectCheap(await costOf(() => store.subscriptionCounts(idle.brandId, from)));
  });

  it('read few pages for statistics, along an index', async () => {
    const statements = await costOf(() => store.stats(now, [idle.brandId]));
    expectCheap(statements);
  });
});
