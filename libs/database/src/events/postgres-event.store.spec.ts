import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StoreRefusedError, uuidV7, type NewEvent } from '@patchbay/core';
import {
  createTestDatabase,
  olderPostgres,
  SERVICE_TIMEOUT_MS,
  until,
  type TestDatabase,
} from '@patchbay/testing/services';
import pg from 'pg';
import { openDatabase, type Database } from '../connections/database.js';
import { migrate } from '../connections/migrate.js';
import { sampleDelivery, sampleEvent, sampleIds, type SampleIds } from '../testing/event-fixtures.js';
import { seededRandom } from '../testing/seeded-random.js';
import { PostgresEventStore } from './postgres-event.store.js';

/** Tables with rows of an event, and the column of the event's id. */
const TABLES = [
  ['events', 'id'],
  ['ingest_keys', 'event_id'],
  ['customer_events', 'event_id'],
  ['deliveries_waiting', 'event_id'],
] as const;

const older = await olderPostgres();
const servers =
  'skipped' in older
    ? [['embedded', undefined] as const]
    : [['embedded', undefined] as const, ['older', older] as const];

describe.each(servers)('PostgresEventStore on the %s PostgreSQL', (_name, server) => {
  let testDatabase: TestDatabase;
  let database: Database;
  let store: PostgresEventStore;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({
      migrate: async (url) => {
        await migrate(url);
      },
      ...(server === undefined ? {} : { server }),
    });
    database = await openDatabase({ url: testDatabase.url, onError: () => undefined });
    store = new PostgresEventStore(database.pgPool);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  async function count(table: string, column: string, ids: readonly string[]): Promise<number> {
    const rows: { n: string }[] = await database.dataSource.query(
      `SELECT count(*) AS n FROM ${table} WHERE ${column} = ANY($1)`,
      [ids],
    );
    return Number(rows[0]?.n);
  }

  const idsOf = (events: readonly NewEvent[]): string[] => events.map(({ id }) => id);
  const raise = (brandId: string, revision: number): Promise<unknown> =>
    database.dataSource.query('INSERT INTO brand_revisions (brand_id, revision) VALUES ($1, $2)', [brandId, revision]);

  it('stores the trace contexts of traced events, in the statement of a group and under savepoints', async () => {
    const ids = sampleIds();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const traced = { ...sampleEvent(ids), traceparent };
    const group = [sampleEvent(ids), traced];
    await store.storeGroup(group);
    const refused = { ...sampleEvent(ids), traceparent, data: { text: 'nul' }, sourceEventId: 'with \u0000' };
    await store.storeGroup([refused], (event) => ({ ...event, sourceEventId: 'without' }));
    const rows: { id: string; traceparent: string | null }[] = await database.dataSource.query(
      'SELECT id, traceparent FROM events WHERE id = ANY($1)',
      [idsOf([...group, refused])],
    );
    const stored = new Map(rows.map((row) => [row.id, row.traceparent]));
    expect([...group, refused].map(({ id }) => stored.get(id))).toEqual([null, traceparent, traceparent]);
  });

  it('stores a group of one and of a thousand, with customers and deliveries', async () => {
    const ids = sampleIds();
    for (const size of [1, 1000]) {
      const events = Array.from({ length: size }, () =>
        sampleEvent(ids, Date.now(), { customerIds: ['customer-1', 'customer-2'] }),
      );
      const outcomes = await store.storeGroup(events);
      expect(outcomes).toHaveLength(size);
      expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
      expect(await count('events', 'id', idsOf(events))).toBe(size);
      expect(await count('event_customers', 'event_id', idsOf(events))).toBe(size);
      expect(await count('customer_events', 'event_id', idsOf(events))).toBe(2 * size);
      expect(await count('deliveries_waiting', 'event_id', idsOf(events))).toBe(size);
      expect(await count('ingest_keys', 'event_id', idsOf(events))).toBe(size);
    }
  });

  it('stores a customer once if an event lists it twice', async () => {
    const event = sampleEvent(sampleIds(), Date.now(), { customerIds: ['anna', 'berta', 'anna'] });
    expect(await store.storeGroup([event])).toEqual([{ kind: 'accepted' }]);
    expect(await count('customer_events', 'event_id', [event.id])).toBe(2);
  });

  it('stores every field unchanged', async () => {
    const ids = sampleIds();
    const event = sampleEvent(ids, 1_795_500_123_457, {
      data: {
        name: 'a "quoted", {braced} \\ value',
        odd: 'NUL \u0000 and half \ud800',
        nested: [1, null, { z: 1, a: 2 }],
      },
      sealed: Uint8Array.from([0, 1, 255]),
      quarantineReason: null,
    });
    await store.storeGroup([event]);
    const [row]: Record<string, unknown>[] = await database.dataSource.query('SELECT * FROM events WHERE id = $1', [
      event.id,
    ]);
    expect(row).toMatchObject({
      type: event.type,
      brand_id: ids.brandId,
      source_id: ids.sourceId,
      config_revision: '0',
      customer_id: 'customer-1',
      received_at: new Date(event.receivedAt),
      occurred_at: new Date(event.occurredAt),
      sealed: Buffer.from([0, 1, 255]),
      attributes: event.attributes,
      data: event.data,
    });
    expect(JSON.stringify(row?.['data'])).toBe(JSON.stringify(event.data));
  });

  it('drops duplicates, stores nothing of them and returns the id of the earlier event', async () => {
    const ids = sampleIds();
    const first = sampleEvent(ids);
    const fresh = sampleEvent(ids);
    const again = sampleEvent(ids, Date.now(), { sourceEventId: first.sourceEventId });
    expect(await store.storeGroup([first])).toEqual([{ kind: 'accepted' }]);
    expect(await store.storeGroup([again, fresh])).toEqual([
      { kind: 'duplicate', eventId: first.id },
      { kind: 'accepted' },
    ]);
    for (const table of ['customer_events', 'deliveries_waiting'])
      expect(await count(table, 'event_id', [again.id])).toBe(0);
    expect(await count('events', 'id', [again.id])).toBe(0);
  });

  it('stores the other brands of a group if a brand has another revision by now', async () => {
    const [changed, other] = [sampleIds(), sampleIds()];
    await raise(changed.brandId, 7);
    await raise(other.brandId, 8);
    const of = (ids: SampleIds, configRevision: number) => sampleEvent(ids, Date.now(), { configRevision });
    const group = [of(changed, 6), of(other, 8), of(changed, 6), of(sampleIds(), 0)];
    expect((await store.storeGroup(group)).map(({ kind }) => kind)).toEqual(['stale', 'accepted', 'stale', 'accepted']);
    const stale = idsOf([group[0], group[2]].flatMap((event) => event ?? []));
    for (const [table, column] of TABLES) {
      expect(await count(table, column, idsOf(group))).toBe(2);
      expect(await count(table, column, stale)).toBe(0);
    }
    expect(await store.storeGroup([of(changed, 7)])).toEqual([{ kind: 'accepted' }]);
  });

  it('stores nothing of a brand whose events were prepared by two revisions', async () => {
    const ids = sampleIds();
    const events = [0, 1].map((configRevision) => sampleEvent(ids, Date.now(), { configRevision }));
    expect(await store.storeGroup(events)).toEqual([{ kind: 'stale' }, { kind: 'stale' }]);
    expect(await count('ingest_keys', 'event_id', idsOf(events))).toBe(0);
  });

  it('stores the other brands at once if events of a brand may be older than an erasure', async () => {
    const [erasing, other] = [sampleIds(), sampleIds()];
    const now = Date.now();
    await database.dataSource.query(
      `INSERT INTO tombstones (brand_id, customer_hash, erased_until)
       VALUES ($1, uuid_send($1::uuid), to_timestamp($2::float8 / 1000))`,
      [erasing.brandId, now],
    );
    const customerHashes = () => ['02'];
    const group = [sampleEvent(erasing, now - 5_000, { customerHashes }), sampleEvent(other, now)];
    expect(await store.storeGroup(group)).toEqual([{ kind: 'accepted' }, { kind: 'accepted' }]);
    // The statement that stores the erasing brand fails, because of the repeated delivery. The other brand is stored then.
    const another = sampleEvent(other, now);
    const old = sampleEvent(erasing, now - 5_000, { customerHashes });
    const refused = { ...old, deliveries: [...old.deliveries, ...old.deliveries] };
    await expect(store.storeGroup([refused, another], (event) => event)).rejects.toThrow(StoreRefusedError);
    expect(await count('deliveries_waiting', 'event_id', [another.id])).toBe(1);
    expect(await count('ingest_keys', 'event_id', [refused.id])).toBe(0);
    expect(await store.storeGroup([another])).toEqual([{ kind: 'accepted' }]);
    expect(await count('deliveries_waiting', 'event_id', [another.id])).toBe(1);
  });

  it('refuses a NUL in a text column, stores nothing of the group, and accepts the next group', async () => {
    const ids = sampleIds();
    const good = sampleEvent(ids);
    const bad = sampleEvent(ids, Date.now(), { customerIds: ['a\u0000b'] });
    await expect(store.storeGroup([good, bad])).rejects.toThrow(StoreRefusedError);
    expect(await count('ingest_keys', 'event_id', [good.id, bad.id])).toBe(0);
    expect(await store.storeGroup([good])).toEqual([{ kind: 'accepted' }]);
  });

  it.each([
    ['an invalid time', { occurredAt: Number.NaN }],
    ['a time out of range', { occurredAt: 1e300 }],
    ['an invalid id', { dedupeKey: 'not a uuid' }],
  ])('refuses %s without quoting it', async (_case, overrides) => {
    const refused = store.storeGroup([sampleEvent(sampleIds(), Date.now(), overrides)]);
    await expect(refused).rejects.toThrow(StoreRefusedError);
    await expect(refused).rejects.toThrow(/SQLSTATE 22/);
    await expect(refused).rejects.not.toThrow(/not a uuid/);
  });

  it('quarantines refused rows and commits the group as a whole', async () => {
    const ids = sampleIds();
    const now = Date.now();
    const earlier = sampleEvent(ids);
    await store.storeGroup([earlier]);
    const bad = new Set([0, 7, 8, 39]);
    const events = Array.from({ length: 40 }, (_, index) =>
      index === 20
        ? sampleEvent(ids, now, { sourceEventId: earlier.sourceEventId })
        : sampleEvent(ids, now, bad.has(index) ? { customerIds: ['a\u0000b'] } : {}),
    );
    const outcomes = await store.storeGroup(events, (event, quarantineReason) => ({
      ...event,
      ...{ type: 'unreadable', customerIds: [], deliveries: [], quarantineReason },
    }));
    expect(outcomes).toEqual(
      events.map((_, index) => {
        if (index === 20) return { kind: 'duplicate', eventId: earlier.id };
        return { kind: bad.has(index) ? 'quarantined' : 'accepted' };
      }),
    );
    const rows: unknown = await database.dataSource.query(
      'SELECT quarantine_reason AS reason, count(*)::int AS n FROM events WHERE id = ANY($1) GROUP BY 1 ORDER BY 1',
      [idsOf(events)],
    );
    expect(rows).toEqual([
      { reason: 'PostgreSQL refused the data of an event (SQLSTATE 22021).', n: 4 },
      { reason: null, n: 35 },
    ]);
    expect(await count('deliveries_waiting', 'event_id', idsOf(events))).toBe(35);
  });

  it('makes no part of a group with a refused row visible before the commit', async () => {
    const ids = sampleIds();
    const bad = sampleEvent(ids, Date.now(), { customerIds: ['a\u0000b'] });
    const events = [sampleEvent(ids), bad, sampleEvent(ids), sampleEvent(ids)];
    const other = new pg.Client({ connectionString: testDatabase.url });
    await other.connect();
    await other.query('BEGIN');
    // The insertion of the group's last part waits for this key, after the other parts are stored.
    await other.query('INSERT INTO ingest_keys (key, event_id) VALUES ($1, $2)', [events[3]?.dedupeKey, uuidV7(0)]);
    const storing = store.storeGroup(events, (event, quarantineReason) => ({
      ...event,
      ...{ customerIds: [], deliveries: [], quarantineReason },
    }));
    await until(
      async () => {
        const waiting: unknown[] = await database.dataSource.query(
          `SELECT FROM pg_stat_activity WHERE application_name = 'patchbay-hot' AND wait_event_type = 'Lock'
             AND datname = current_database()`,
        );
        return waiting.length > 0;
      },
      { what: 'the last part to wait for the key' },
    );
    expect(await count('events', 'id', idsOf(events))).toBe(0);
    await other.query('ROLLBACK');
    await other.end();
    expect(await storing).toEqual([
      { kind: 'accepted' },
      { kind: 'quarantined' },
      { kind: 'accepted' },
      { kind: 'accepted' },
    ]);
    expect(await count('events', 'id', idsOf(events))).toBe(4);
  });

  it('stores nothing of a group if an event cannot be quarantined, and accepts the next group', async () => {
    const ids = sampleIds();
    const events = [sampleEvent(ids), sampleEvent(ids, Date.now(), { customerIds: ['a\u0000b'] }), sampleEvent(ids)];
    await expect(store.storeGroup(events, (event) => event)).rejects.toThrow(StoreRefusedError);
    expect(await count('events', 'id', idsOf(events))).toBe(0);
    expect(await count('ingest_keys', 'event_id', idsOf(events))).toBe(0);
    expect(await store.storeGroup(events.slice(2), (event) => event)).toEqual([{ kind: 'accepted' }]);
  });

  it('stores the other brands of a group with a refused row if a brand has another revision by now', async () => {
    const [changed, other] = [sampleIds(), sampleIds()];
    await raise(changed.brandId, 7);
    const bad = { customerIds: ['a\u0000b'] };
    const events = [changed, other, changed].map((ids) => sampleEvent(ids, Date.now(), ids === other ? bad : {}));
    const stored = await store.storeGroup(events, (event) => ({ ...event, customerIds: [] }));
    expect(stored).toEqual([{ kind: 'stale' }, { kind: 'quarantined' }, { kind: 'stale' }]);
    expect(await count('ingest_keys', 'event_id', idsOf(events))).toBe(1);
  });

  it('creates partitions for clocks far ahead or behind, also for concurrent groups', async () => {
    const ids = sampleIds();
    const times = [Date.UTC(2031, 4, 5), Date.UTC(2031, 4, 5), Date.UTC(2019, 0, 1), Date.UTC(2031, 4, 6)];
    const events = times.map((at) => sampleEvent(ids, at, { retentionDays: 400 }));
    const outcomes = await Promise.all(events.map((event) => store.storeGroup([event])));
    expect(outcomes).toEqual(events.map(() => [{ kind: 'accepted' }]));
    expect(await count('events', 'id', idsOf(events))).toBe(4);
  });

  it('stores each key once, without deadlocks, if concurrent groups have the same keys in different orders', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    process.stderr.write(`seed ${seed}\n`);
    const random = seededRandom(seed);
    const ids = sampleIds();
    for (let round = 0; round < 25; round += 1) {
      const keys = Array.from({ length: 40 }, () => uuidV7(Date.now()));
      const groups = Array.from({ length: 4 }, () =>
        shuffled(keys, random).map((sourceEventId) => sampleEvent(ids, Date.now(), { sourceEventId })),
      );
      const results = await Promise.all(groups.map((group) => store.storeGroup(group)));
      const outcomes = results.flatMap((result, i) => result.map((outcome, j) => ({ outcome, event: groups[i]?.[j] })));
      expect(outcomes).toHaveLength(160);
      expect(outcomes.filter(({ outcome }) => outcome.kind === 'accepted')).toHaveLength(40);
      const accepted = new Map(
        outcomes.flatMap(({ outcome, event }) => (outcome.kind === 'accepted' ? [[event?.dedupeKey, event?.id]] : [])),
      );
      for (const { outcome, event } of outcomes) {
        if (outcome.kind === 'duplicate') expect(outcome.eventId).toBe(accepted.get(event?.dedupeKey));
      }
    }
  });

  it('survives killed connections, and stores unanswered groups once when they are sent again', async () => {
    const ids = sampleIds();
    const events = Array.from({ length: 60 }, () => [sampleEvent(ids)]);
    const killer = new pg.Client({ connectionString: testDatabase.url });
    await killer.connect();
    const stop = new AbortController();
    const killing = (async () => {
      while (!stop.signal.aborted) {
        // Waits for the end of each connection, so that the pool knows of all ends when the events are sent again.
        await killer.query(
          `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE application_name = 'patchbay-hot' AND datname = current_database()`,
        );
      }
    })();
    const outcomes = await Promise.allSettled(events.map((group) => store.storeGroup(group)));
    stop.abort();
    await killing;
    await killer.end();
    for (const [i, outcome] of outcomes.entries()) {
      const group = events[i] ?? [];
      if (outcome.status === 'fulfilled') expect(await count('events', 'id', idsOf(group))).toBe(1);
      else expect(outcome.reason).not.toBeInstanceOf(StoreRefusedError);
      // An event that was stored already is accepted again, because its key has its own id.
      expect(await store.storeGroup(group)).toEqual([{ kind: 'accepted' }]);
      expect(await count('events', 'id', idsOf(group))).toBe(1);
      expect(await count('deliveries_waiting', 'event_id', idsOf(group))).toBe(1);
    }
  });

  it('refuses to create a delivery twice', async () => {
    const ids = sampleIds();
    const id = uuidV7(Date.now());
    const delivery = sampleDelivery(id, ids, Date.now());
    const event = sampleEvent(ids, Date.now(), { id, deliveries: [delivery, delivery] });
    await expect(store.storeGroup([event])).rejects.toThrow(StoreRefusedError);
  });
});

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
