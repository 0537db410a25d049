import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, SERVICE_TIMEOUT_MS, type TestDatabase } from '@patchbay/testing/services';
import { HotPool } from '../connections/hot-pool.js';
import { EVENT_COLUMNS, toClaimedEvent, type EventRow } from './event-loader.js';

describe('the times of an event that is loaded', () => {
  let testDatabase: TestDatabase;
  let pool: HotPool;

  beforeAll(async () => {
    testDatabase = await createTestDatabase({ migrate: () => Promise.resolve() });
    pool = new HotPool({ url: testDatabase.url, max: 1, onError: () => undefined });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await pool.close();
    await testDatabase.drop();
  });

  /** Stored as a group of events stores them, loaded as a claim's events are. */
  async function loaded(times: readonly number[]): Promise<{ occurredAt: number; receivedAt: number }[]> {
    const rows = await pool.query<EventRow>({
      text: `SELECT ${EVENT_COLUMNS} FROM (
        SELECT gen_random_uuid() AS id, 'pointsIssued' AS type, gen_random_uuid() AS source_id, NULL AS customer_id,
          '{}'::json AS data, NULL::bytea AS sealed, to_timestamp(ms / 1000) AS occurred_at,
          to_timestamp((ms + 1) / 1000) AS received_at
        FROM unnest($1::float8[]) WITH ORDINALITY AS t (ms, place) ORDER BY place
      ) e`,
      values: [times],
    });
    return rows.map(toClaimedEvent).map(({ occurredAt, receivedAt }) => ({ occurredAt, receivedAt }));
  }

  it.each([
    ['today', Date.UTC(2026, 10, 29, 21, 58, 47)],
    ['before 1970', Date.UTC(1969, 11, 31, 23, 59, 58)],
    ['of a clock that is far ahead', Date.UTC(9999, 11, 31, 23, 59, 57)],
  ])('are those that came in, to the millisecond: %s', async (_when, from) => {
    const times = Array.from({ length: 2_000 }, (_, n) => from + n);
    expect(await loaded(times)).toEqual(times.map((ms) => ({ occurredAt: ms, receivedAt: ms + 1 })));
  });
});
