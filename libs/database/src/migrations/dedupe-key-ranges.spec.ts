import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { PartitionMaintenance } from '../partitions/partition-maintenance.js';
import { FORMER_KEYS_INDEX } from '../sql/former-keys.js';
import { insertBrand } from '../testing/brand-fixture.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { DedupeKeyRanges1796112000000 } from './1796112000000-dedupe-key-ranges.js';

const DAY_MS = 86_400_000;

describe.each(await testServers())('the dedupe-key-ranges migration on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let store: PostgresEventStore;
  let ids: SampleIds;
  let now: number;

  beforeEach(async () => {
    database = await openTestDatabase(server);
    store = new PostgresEventStore(database.pgPool);
    ids = await insertBrand(database.dataSource);
    now = Date.now();
  }, SERVICE_TIMEOUT_MS);
  afterEach(() => database.close());

  const sql = <Row = unknown>(text: string, values: unknown[] = []): Promise<Row[]> =>
    database.dataSource.query(text, values);

  async function migrateKeys(): Promise<void> {
    const runner = database.dataSource.createQueryRunner();
    await new DedupeKeyRanges1796112000000().up(runner);
    await runner.release();
  }

  /** Returns 32 hexadecimal digits, which PostgreSQL accepts as a UUID. */
  const formerKey = ({ sourceId, type, sourceEventId }: NewEvent): string =>
    createHash('sha256')
      .update(JSON.stringify([sourceId, null, type, sourceEventId]))
      .digest('hex')
      .slice(0, 32);

  /** Stores events as an earlier version did. Resolves with the number of stored events. */
  async function storeFormerly(events: readonly NewEvent[]): Promise<number> {
    const earlier = events.map((event) => ({ ...event, dedupeKey: formerKey(event) }));
    const outcomes = await store.storeGroup(earlier);
    return outcomes.filter(({ kind }) => kind === 'accepted').length;
  }

  /** Stores events with the sender's ids of given events. */
  const sendAgain = (events: readonly NewEvent[], at = now) =>
    store.storeGroup(events.map(({ sourceEventId }) => sampleEvent(ids, at, { sourceEventId })));
  const duplicatesOf = (events: readonly NewEvent[]) => events.map(({ id }) => ({ kind: 'duplicate', eventId: id }));
  const indexes = () => sql('SELECT FROM pg_indexes WHERE indexname = $1', [FORMER_KEYS_INDEX]);

  it('replaces the keys of stored events, and may run twice', async () => {
    const made = [0, 1, 20].map((days) => sampleEvent(ids, now - days * DAY_MS, { sourceEventId: `ü"\\${days}` }));
    expect(await storeFormerly(made)).toBe(3);
    await migrateKeys();
    await migrateKeys();
    const keys = await sql<{ key: string; event_id: string }>('SELECT key, event_id FROM ingest_keys');
    const byEvent = new Map(keys.map((row) => [row.event_id, row.key]));
    expect(made.map(({ id }) => byEvent.get(id))).toEqual(made.map(({ dedupeKey }) => dedupeKey));
    expect(await sendAgain(made)).toEqual(duplicatesOf(made));
  });

  it('lets no event be stored again that was erased or deleted before', async () => {
    const made = [sampleEvent(ids, now), sampleEvent(ids, now - 20 * DAY_MS)] as const;
    await storeFormerly(made);
    await sql(`UPDATE events SET erased_at = now(), source_event_id = '' WHERE id = $1`, [made[0].id]);
    await sql('DELETE FROM events WHERE id = $1', [made[1].id]);
    await migrateKeys();
    expect(await sendAgain(made)).toEqual(duplicatesOf(made));
  });

  it('lets no event be stored twice by processes of this and of an earlier version', async () => {
    await migrateKeys();
    const [first, second] = [sampleEvent(ids, now), sampleEvent(ids, now)];
    await storeFormerly([first]);
    expect(await sendAgain([first])).toEqual(duplicatesOf([first]));
    await store.storeGroup([second]);
    // The earlier version stores an event only if its key is returned.
    const insert = 'INSERT INTO ingest_keys (key, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING event_id';
    expect(await sql(insert, [formerKey(second), sampleEvent(ids).id])).toEqual([]);
  });

  it('keeps its index until the keys of an upgrade of a day have expired', async () => {
    const made = sampleEvent(ids, now);
    await storeFormerly([made]);
    await sql('DELETE FROM events');
    await migrateKeys();
    const maintainAt = async (at: number) => {
      // Maintenance deletes nothing by age if the newest event is old.
      await store.storeGroup([sampleEvent(ids, at)]);
      await new PartitionMaintenance(database.dataSource, { now: () => at }, () => Promise.resolve(at)).run();
    };
    await maintainAt(now + 29 * DAY_MS);
    expect(await sendAgain([made])).toEqual(duplicatesOf([made]));
    await maintainAt(now + 30.9 * DAY_MS);
    expect(await indexes()).toHaveLength(1);
    await maintainAt(now + 31.1 * DAY_MS);
    expect(await indexes()).toEqual([]);
    const after = now + 31.1 * DAY_MS;
    expect(await sendAgain([made], after)).toEqual([{ kind: 'accepted' }]);
    expect(await sendAgain([made], after)).toMatchObject([{ kind: 'duplicate' }]);
  });

  it('adds no index to a new database', async () => {
    await sql('DELETE FROM sources');
    await migrateKeys();
    expect(await indexes()).toEqual([]);
  });
});
