import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { insertBrand } from '../testing/brand-fixture.js';
import { sampleEvent } from '../testing/event-fixtures.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { DedupeKeyRanges1796112000000 } from './1796112000000-dedupe-key-ranges.js';

const DAY_MS = 86_400_000;

describe.each(await testServers())('the dedupe-key-ranges migration on the %s PostgreSQL', (_name, server) => {
  let database: Database;

  beforeEach(async () => {
    database = await openTestDatabase(server);
  }, SERVICE_TIMEOUT_MS);
  afterEach(() => database.close());

  async function migrateKeys(): Promise<void> {
    const runner = database.dataSource.createQueryRunner();
    await new DedupeKeyRanges1796112000000().up(runner);
    await runner.release();
  }

  it('replaces former keys, so that events that are sent again are duplicates, and may run twice', async () => {
    const ids = await insertBrand(database.dataSource);
    const store = new PostgresEventStore(database.pgPool);
    const now = Date.now();
    const made = [0, 1, 20].map((days) => sampleEvent(ids, now - days * DAY_MS, { sourceEventId: `ü"\\${days}` }));
    const erased = sampleEvent(ids, now);
    await store.storeGroup(0, [...made, erased]);
    await database.dataSource.query(`UPDATE events SET erased_at = now(), source_event_id = '' WHERE id = $1`, [
      erased.id,
    ]);
    const former = `('0000' || substring(key::text FROM 5))::uuid`;
    await database.dataSource.query(`UPDATE ingest_keys SET key = ${former}`);
    await migrateKeys();
    await migrateKeys();
    const keys = await database.dataSource.query<{ key: string; event_id: string }[]>('SELECT * FROM ingest_keys');
    const byEvent = new Map(keys.map((row) => [row.event_id, row.key]));
    expect(made.map(({ id }) => byEvent.get(id))).toEqual(made.map(({ dedupeKey }) => dedupeKey));
    expect(byEvent.get(erased.id)).toMatch(/^0000/);
    const again = made.map((event) => sampleEvent(ids, now, { sourceEventId: event.sourceEventId }));
    const outcomes = await store.storeGroup(0, again);
    expect(outcomes).toMatchObject(made.map(({ id }) => ({ kind: 'duplicate', eventId: id })));
  });
});
