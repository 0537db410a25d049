import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidV7 } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { randomUUID } from 'node:crypto';
import { openDatabase } from '../connections/database.js';
import type { PgPool } from '../query/pg-pool.js';
import { explainStatements } from '../testing/statement-plans.js';
import { fillEvents, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { openTestPool, type TestPool } from '../testing/open-test-pool.js';
import { sampleIds } from '../testing/event-fixtures.js';
import { EVENT_COLUMNS, loadEvents, toClaimedEvent, type EventReference, type EventRow } from './load-events.js';

const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR_MS = 3_600_000;

describe('the times of a loaded event', () => {
  let opened: TestPool;
  let pool: PgPool;

  beforeAll(async () => {
    opened = await openTestPool();
    ({ pool } = opened);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => opened.close());

  /** Converts times as `STORE_GROUP` does, and loads the times as the events of a claim are loaded. */
  async function roundTrip(times: readonly number[]): Promise<{ occurredAt: number; receivedAt: number }[]> {
    const rows = await pool.query<EventRow>({
      text: `SELECT ${EVENT_COLUMNS} FROM (
        SELECT gen_random_uuid() AS id, 'pointsIssued' AS type, gen_random_uuid() AS source_id, NULL AS customer_id, NULL AS customer_key,
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
    ['from a clock that is far ahead', Date.UTC(9999, 11, 31, 23, 59, 57)],
  ])('equal the received times to the millisecond: %s', async (_when, from) => {
    const times = Array.from({ length: 2_000 }, (_, n) => from + n);
    expect(await roundTrip(times)).toEqual(times.map((ms) => ({ occurredAt: ms, receivedAt: ms + 1 })));
  });
});

describe.each(await testServers())('loaded events on the %s PostgreSQL', (_name, server) => {
  let owner: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeAll(async () => {
    owner = await openTestDatabase(server);
    await makeDays(owner.dataSource, 30, NOON, 1);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => owner.close());

  it('are looked up by brand and id, even with a plan made for an empty table', async () => {
    const plans = await explainStatements(owner.url);
    const own = await openDatabase({ url: owner.url, onError: () => undefined });
    try {
      const missing = { event_id: uuidV7(NOON), brand_id: randomUUID(), retention_days: 30 };
      plans.take();
      expect(await loadEvents(own.pgPool, [missing])).toEqual(new Map());
      expect(plans.take()).toHaveLength(1);
      for (let brands = 0; brands < 10; brands += 1) {
        const ids = sampleIds();
        await fillEvents(owner.dataSource, { ids, retentionDays: 30, at: NOON - 2 * HOUR_MS, count: 3_000 });
      }
      const wanted: EventReference[] = await owner.dataSource.query(
        `SELECT id AS event_id, brand_id, retention_days FROM events ORDER BY id DESC LIMIT 100`,
      );
      plans.take();
      const events = await loadEvents(own.pgPool, wanted);
      expect([...events.keys()].sort()).toEqual(wanted.map(({ event_id: id }) => id).sort());
      const [statement] = plans.take();
      expect(statement?.indexes).toEqual([expect.stringMatching(/_pkey$/)]);
      // Each lookup reads the levels of the index and one table page. Looking up each id under each brand would read
      // thousands of pages.
      expect(statement?.pages).toBeLessThan(600);
    } finally {
      plans.stop();
      await own.close();
    }
  });
});
