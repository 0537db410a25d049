import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../connections/database.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { lowestIdAt } from './daily-partitions.js';
import { OldDedupeKeys } from './old-dedupe-keys.js';

const NOON = Date.UTC(2026, 10, 24, 12);
const KEYS = 2_000;

describe.each(await testServers())('OldDedupeKeys on the %s PostgreSQL', (_name, server) => {
  let database: Database;

  beforeEach(async () => {
    database = await openTestDatabase(server);
    // Every other key is old, so that each page has keys of both kinds.
    await database.dataSource.query(
      `INSERT INTO ingest_keys (key, event_id)
      SELECT gen_random_uuid(), CASE WHEN n % 2 = 0 THEN $1::uuid ELSE $2::uuid END FROM generate_series(1, $3::int) n`,
      [lowestIdAt(NOON - 1), lowestIdAt(NOON), KEYS],
    );
  });
  afterEach(() => database.close());

  const remaining = (): Promise<unknown> =>
    database.dataSource.query('SELECT event_id, count(*)::int AS keys FROM ingest_keys GROUP BY event_id');
  const KEPT = [{ event_id: lowestIdAt(NOON), keys: KEYS / 2 }];

  it('deletes exactly the old keys, from any page on', async () => {
    expect(await new OldDedupeKeys().delete(database.dataSource, lowestIdAt(NOON))).toBe(KEYS / 2);
    expect(await remaining()).toEqual(KEPT);
  });

  it('deletes the rest in later calls if one call does not read the whole table', async () => {
    const keys = new OldDedupeKeys(1);
    const deleted: number[] = [];
    for (let call = 0; call < 20; call += 1) deleted.push(await keys.delete(database.dataSource, lowestIdAt(NOON)));
    expect(deleted[0]).toBeLessThan(KEYS / 2);
    expect(await remaining()).toEqual(KEPT);
  });

  it('deletes nothing after its signal is aborted, and nothing from an empty table', async () => {
    const keys = new OldDedupeKeys();
    expect(await keys.delete(database.dataSource, lowestIdAt(NOON), AbortSignal.abort())).toBe(0);
    await database.dataSource.query('TRUNCATE ingest_keys');
    expect(await keys.delete(database.dataSource, lowestIdAt(NOON))).toBe(0);
  });
});
