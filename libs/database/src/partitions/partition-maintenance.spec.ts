import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliveryId, uuidV7, type NewEvent } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { TaskLease } from '../locks/task-lease.js';
import { succeeded } from '../testing/decisions.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleDelivery, sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { findPartitions } from './find-partitions.js';
import { PartitionMaintenance } from './partition-maintenance.js';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 24, 12);

describe.each(await testServers())('PartitionMaintenance on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let events: PostgresEventStore;
  let deliveries: PostgresDeliveryStore;
  let maintenance: PartitionMaintenance;
  let ids: SampleIds;
  let now: number;
  /** Time by which the host's clock is ahead of PostgreSQL's clock, in milliseconds. */
  let host: number;

  beforeAll(async () => {
    await (await openTestDatabase(server)).close();
  }, SERVICE_TIMEOUT_MS);
  beforeEach(async () => {
    database = await openTestDatabase(server);
    events = new PostgresEventStore(database.pgPool);
    deliveries = new PostgresDeliveryStore(database.pgPool);
    now = NOON;
    host = 0;
    maintenance = maintenanceAt(() => now);
    ids = await insertDestination(database.dataSource);
  });
  afterEach(() => database.close());

  const sql = (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    database.dataSource.query(text, values);
  function maintenanceAt(time: () => number): PartitionMaintenance {
    return new PartitionMaintenance(database.dataSource, { now: () => time() + host }, () => Promise.resolve(time()));
  }
  const partitions = () => findPartitions(database.dataSource);
  async function stored(at: number, overrides: Partial<NewEvent> = {}): Promise<NewEvent> {
    const event = sampleEvent(ids, at, overrides);
    await events.storeGroup([event]);
    return event;
  }

  it('creates the partitions from yesterday to a week ahead once, even if two runs start together', async () => {
    const [one, other] = await Promise.all([maintenance.prepare(), maintenance.prepare()]);
    expect(one.length + other.length).toBe(4 * 9);
    const created = await partitions();
    expect(new Set(created.map(({ retentionDays }) => retentionDays))).toEqual(new Set([30]));
    expect(created.map(({ name }) => name)).toContain('events_d30_20261123');
    expect(created.map(({ name }) => name)).toContain('attempts_d30_20261201');
    expect((await maintenance.run()).created).toEqual([]);
    now += DAY_MS;
    expect((await maintenance.run()).created).toHaveLength(4);
  });

  it('creates and attaches every index of the parent on a partition', async () => {
    await maintenance.prepare();
    const loose = await sql(
      `SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
        JOIN pg_class t ON t.oid = x.indrelid
        WHERE t.relname ~ '_d30_2026' AND NOT c.relispartition`,
    );
    expect(loose).toEqual([]);
  });

  it('drops only days past their retention, while events are being stored', async () => {
    await stored(NOON);
    const old = await stored(NOON - 31 * DAY_MS);
    const [claimed] = (await deliveries.claim([{ destinationId: ids.destinationId, limit: 1, leaseMs: 1_000 }], NOON))
      .deliveries;
    if (claimed === undefined) throw new Error('no delivery was claimed');
    await deliveries.record([succeeded(claimed)]);
    const kept = await stored(NOON - 30 * DAY_MS);
    const long = await stored(NOON - 31 * DAY_MS, { retentionDays: 90 });
    const stop = new AbortController();
    const coming = (async () => {
      let count = 0;
      for (; !stop.signal.aborted; count += 1) await stored(NOON);
      return count;
    })();
    const report = await maintenance.run();
    stop.abort();
    expect(await coming).toBeGreaterThan(0);
    expect([...report.dropped].sort()).toEqual(
      ['attempts', 'deliveries_ended', 'event_customers', 'events'].map((table) => `${table}_d30_20261024`),
    );
    expect(report.expiredDeliveries).toBe(0);
    const left = await sql('SELECT id FROM events WHERE id = ANY($1)', [[old.id, kept.id, long.id]]);
    expect(left.map(({ id }) => id).sort()).toEqual([kept.id, long.id].sort());
    expect(await sql('SELECT FROM attempts')).toEqual([]);
  });

  it('ends waiting deliveries of an expired day, leased or not, before it drops their events', async () => {
    const event = sampleEvent(ids, NOON - 31 * DAY_MS);
    const replayId = uuidV7(NOON - DAY_MS);
    const replayed = {
      ...sampleDelivery(event.id, ids, NOON),
      id: deliveryId({ eventId: event.id, subscriptionId: ids.subscriptionId, replayId }),
    };
    await events.storeGroup([{ ...event, deliveries: [...event.deliveries, replayed] }]);
    const kept = await stored(NOON);
    const [claimed] = (await deliveries.claim([{ destinationId: ids.destinationId, limit: 1, leaseMs: 60_000 }], NOON))
      .deliveries;
    const report = await maintenance.run();
    expect(report.expiredDeliveries).toBe(2);
    expect(await sql('SELECT id, state, reason FROM deliveries ORDER BY id')).toEqual([
      { id: replayed.id, state: 'suppressed', reason: 'expired' },
      { id: kept.deliveries[0]?.id, state: 'scheduled', reason: null },
    ]); // The row of the replayed delivery stays, because its id falls on the day of the replay, not of its event.
    expect(claimed).toBeDefined();
    if (claimed !== undefined) expect(await deliveries.record([succeeded(claimed)])).toEqual(new Set());
  });

  it('finishes dropping partitions that an interrupted round left detached or detaching', async () => {
    await stored(NOON);
    await stored(NOON - 31 * DAY_MS);
    await sql('ALTER TABLE events_d30 DETACH PARTITION events_d30_20261024');
    await sql('ALTER TABLE deliveries_ended_d30 DETACH PARTITION deliveries_ended_d30_20261024');
    await sql('DROP TABLE attempts_d30_20261024');
    const report = await maintenance.run();
    expect(report.expiredDeliveries).toBe(1);
    expect((await partitions()).filter(({ name }) => name.endsWith('20261024'))).toEqual([]);
  });

  it('cancels deliveries that wait for a deleted destination', async () => {
    const event = await stored(NOON);
    await sql('UPDATE destinations SET deleted_at = now()');
    expect((await maintenance.run()).cancelledDeliveries).toBe(1);
    expect(await sql('SELECT state, reason FROM deliveries WHERE event_id = $1', [event.id])).toEqual([
      { state: 'cancelled', reason: 'destination deleted' },
    ]);
  });

  it('adds expired leases without a claim to the claims, so that the sweep reclaims them', async () => {
    for (let n = 0; n < 3; n += 1) await stored(NOON);
    const claim = async (leaseMs: number) =>
      (await deliveries.claim([{ destinationId: ids.destinationId, limit: 1, leaseMs }], NOON + 1_000)).deliveries;
    const lost = [...(await claim(-600_000)), ...(await claim(-600_000))];
    const [young] = await claim(-1);
    await sql('DELETE FROM claims WHERE token <> $1', [lost[0]?.token]);
    await sql(`UPDATE claims SET delivery_ids = '{}', check_at = 'infinity'`);
    await deliveries.reclaimExpired(100, 60_000);
    expect(await claim(60_000)).toEqual([]);

    await maintenance.run();
    await deliveries.reclaimExpired(100, 60_000);
    const again = await deliveries.claim(
      [{ destinationId: ids.destinationId, limit: 10, leaseMs: 60_000 }],
      NOON + 1_000,
    );
    expect(new Set(again.deliveries.map(({ id }) => id))).toEqual(new Set(lost.map(({ id }) => id)));
    expect(again.deliveries).not.toContainEqual(expect.objectContaining({ id: young?.id }));
  });

  it('keeps dedupe keys for 30 days, even if their events are dropped earlier', async () => {
    await stored(NOON, { retentionDays: 90 });
    const old = await stored(NOON - 30 * DAY_MS - 1, { retentionDays: 7 });
    const young = await stored(NOON - 30 * DAY_MS, { retentionDays: 7 });
    expect((await maintenance.run()).deletedKeys).toBe(1);
    expect(await sql('SELECT event_id FROM ingest_keys ORDER BY event_id LIMIT 1')).toEqual([{ event_id: young.id }]);
    expect(await sql('SELECT FROM events WHERE retention_days = 7')).toEqual([]);
    const again = sampleEvent(ids, NOON, { sourceEventId: young.sourceEventId });
    expect(await events.storeGroup([again])).toEqual([{ kind: 'duplicate', eventId: young.id }]);
    const late = sampleEvent(ids, NOON, { sourceEventId: old.sourceEventId });
    expect(await events.storeGroup([late])).toEqual([{ kind: 'accepted' }]);
  });

  it('erases unreadable bodies of pii-less brands after 72 hours, and no others', async () => {
    const sealed = randomBytes(20);
    await stored(NOON);
    const unread = { quarantineReason: 'not JSON', sealed, deliveries: [] };
    const old = await stored(NOON - 72 * 3_600_000 - 1, unread);
    const young = await stored(NOON - 72 * 3_600_000, unread);
    const readable = await stored(NOON - 80 * 3_600_000, { sealed });
    expect((await maintenance.run()).erasedBodies).toBe(0);
    await sql(`UPDATE brands SET privacy = '{"mode":"pii-less","keep":[],"personal":[]}'`);
    expect((await maintenance.run()).erasedBodies).toBe(1);
    const rows = await sql('SELECT id FROM events WHERE sealed IS NOT NULL');
    expect(rows.map(({ id }) => id).sort()).toEqual([young.id, readable.id].sort());
    expect(await sql('SELECT quarantine_reason FROM events WHERE id = $1', [old.id])).toEqual([
      { quarantine_reason: 'not JSON' },
    ]);
  });

  it('deletes expired locks, order blocks and pending status updates, and nothing else', async () => {
    const either = (column: string) => `(VALUES (now() - interval '2 h'), (now() + interval '2 h')) AS t (${column})`;
    await sql(`INSERT INTO locks (key, token, until)
      SELECT gen_random_uuid(), gen_random_uuid(), until FROM ${either('until')}`);
    await sql(`INSERT INTO order_blocks (order_key, delivery_id, expires_at)
      SELECT gen_random_uuid(), gen_random_uuid(), expires_at FROM ${either('expires_at')}`);
    await sql(`INSERT INTO order_marks (order_key, order_at, delivery_id, expires_at)
      SELECT gen_random_uuid(), now(), gen_random_uuid(), expires_at FROM ${either('expires_at')}`);
    await sql(`INSERT INTO pending_status_updates (destination_id, external_id, status, expires_at)
      SELECT gen_random_uuid(), 'ext', 'sent', expires_at FROM ${either('expires_at')}`);
    await maintenance.run();
    for (const [table, column] of [
      ['locks', 'until'],
      ['order_blocks', 'expires_at'],
      ['order_marks', 'expires_at'],
      ['pending_status_updates', 'expires_at'],
    ] as const) {
      expect(await sql(`SELECT ${column} > now() AS kept FROM ${table}`)).toEqual([{ kept: true }]);
    }
  });

  it('skips rows that another transaction is renewing, and keeps them', async () => {
    await sql(`INSERT INTO operational_outbox (scope, brand_id, type, facts, count, deliveries, first_at, last_at, published_at)
      SELECT scope, gen_random_uuid(), 'delivery.dead', '{}', 0, '[]', now(), now(), now() - interval '2 h'
      FROM (VALUES ('renewed'), ('expired')) AS t (scope)`);
    const other = database.dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query(`UPDATE operational_outbox SET count = 1 WHERE scope = 'renewed'`);
    await maintenance.run();
    expect(await sql('SELECT scope FROM operational_outbox')).toEqual([{ scope: 'renewed' }]);
    await other.commitTransaction();
    await other.release();
    await maintenance.run();
    expect(await sql('SELECT scope, count FROM operational_outbox')).toEqual([{ scope: 'renewed', count: 1 }]);
  });

  it('drops partitions in one process at a time', async () => {
    await stored(NOON);
    await stored(NOON - 31 * DAY_MS);
    const reports = await Promise.all([maintenance.run(), maintenance.run(), maintenance.run()]);
    expect(reports.reduce((sum, { dropped }) => sum + dropped.length, 0)).toBe(4);
  });

  it('removes nothing while another process has the lease', async () => {
    await stored(NOON);
    await stored(NOON - 31 * DAY_MS);
    const lease = await TaskLease.acquire(database.dataSource, 'partition maintenance');
    expect(await maintenance.run()).toMatchObject({ dropped: [], expiredDeliveries: 0 });
    await lease?.release();
    expect(await maintenance.run()).toMatchObject({ expiredDeliveries: 1 });
  });

  it('drops nothing after another process has acquired the lease, as during a suspension of this process', async () => {
    await stored(NOON);
    await stored(NOON - 31 * DAY_MS);
    const steal = `UPDATE leases SET holder = gen_random_uuid()`;
    const suspended = new PartitionMaintenance(database.dataSource, { now: () => NOON }, async () => {
      await sql(steal);
      return NOON;
    });
    const oldNames = async () =>
      (await partitions()).map(({ name }) => name).filter((name) => name.endsWith('20261024'));
    expect(await oldNames()).toHaveLength(4);
    await expect(suspended.run()).rejects.toThrow(/lost the lease of the task "partition maintenance"/);
    expect(await oldNames()).toHaveLength(4);
    await sql('DELETE FROM leases');
    expect((await maintenance.run()).dropped).toHaveLength(4);
  });

  it.each<[string, (ahead: number) => void]>([
    ["the host's clock", (ahead) => (host = ahead)],
    ["PostgreSQL's clock", (ahead) => ((now += ahead), (host = -ahead))],
    ['both clocks', (ahead) => (now += ahead)],
  ])('deletes nothing by age while %s is 400 days ahead, and reports why', async (_what, shift) => {
    const old = await stored(NOON - 31 * DAY_MS);
    const young = await stored(NOON);
    shift(400 * DAY_MS);
    expect(await maintenance.run()).toMatchObject({
      dropped: [],
      expiredDeliveries: 0,
      deletedKeys: 0,
      clockMismatch: expect.stringMatching(/clock/),
    });
    expect(await sql('SELECT id FROM events ORDER BY id')).toEqual([{ id: old.id }, { id: young.id }]);
    expect(await sql('SELECT id, state FROM deliveries ORDER BY id')).toMatchObject([
      { state: 'scheduled' },
      { state: 'scheduled' },
    ]);
    shift(-400 * DAY_MS);
    host = 0;
    expect(await maintenance.run()).toMatchObject({ expiredDeliveries: 1, clockMismatch: null });
  });

  it('resumes deletion after the operator follows docs/health.md about an event dated far in the future', async () => {
    const [{ now: real }] = (await sql('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now')) as [
      { now: number },
    ];
    now = real;
    const old = await stored(real - 32 * DAY_MS);
    await stored(real);
    await stored(real + 1_000 * DAY_MS);
    const blocked = await maintenance.run();
    expect([blocked.dropped, blocked.clockMismatch]).toEqual([
      [],
      expect.stringMatching(/younger .*delete the event \(docs\/health\.md, patchbay_retention_blocked\)/),
    ]);
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/health.md'), 'utf8');
    const [, statement = ''] = /patchbay_retention_blocked[^#]*?```sql\n(.*?)```/s.exec(page) ?? [];
    await sql(statement);
    expect(await sql('SELECT count(*)::int AS events FROM events')).toEqual([{ events: 2 }]);
    expect((await maintenance.run()).clockMismatch).toBeNull();
    expect(await sql('SELECT id FROM events WHERE id = $1', [old.id])).toEqual([]);
  });

  it("drops by PostgreSQL's clock if the host's clock is wrong by less than an hour", async () => {
    const [{ now: real }] = (await sql('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now')) as [
      { now: number },
    ];
    await stored(real - 31 * DAY_MS);
    await stored(real);
    maintenance = new PartitionMaintenance(database.dataSource, { now: () => real - 3_000_000 });
    expect((await maintenance.run()).dropped).toHaveLength(4);
  });

  it('stops early when its signal is aborted', async () => {
    await stored(NOON);
    await stored(NOON - 31 * DAY_MS);
    expect(await maintenance.run(AbortSignal.abort())).toMatchObject({ dropped: [], expiredDeliveries: 0 });
    expect(await maintenance.run()).toMatchObject({ expiredDeliveries: 1 });
  });
});
