import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SeriesPoint, SeriesStep } from '@patchbay/core';
import { ownServers, SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openDatabase, type Database } from '../connections/database.js';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { insertBrand, insertDestinationAndSubscription } from '../testing/brand-fixture.js';
import type { SampleIds } from '../testing/event-fixtures.js';
import { fillEnded, fillEvents, fillWaiting, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { explainStatements, type StatementPlans } from '../testing/statement-plans.js';
import { PostgresSeriesStore } from './postgres-series.store.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Events and deliveries per day of the large tables. */
const PER_DAY = 20_000;
/** Maximum number of pages per statement. A day of events or deliveries has several hundred pages. */
const MAX_PAGES = 150;

describe.each(await ownServers())('the counts of minutes and hours on the %s PostgreSQL', (_name, server) => {
  let owner: Awaited<ReturnType<typeof openTestDatabase>>;
  let database: Database;
  let store: PostgresSeriesStore;
  let plans: StatementPlans;
  let ids: SampleIds;
  let second: SampleIds;
  /** Start of a minute that ended some minutes ago. */
  let minute: number;

  beforeAll(async () => {
    owner = await openTestDatabase(server);
    const { dataSource } = owner;
    const now = Date.now();
    minute = Math.floor(now / MINUTE_MS) * MINUTE_MS - 5 * MINUTE_MS;
    await makeDays(dataSource, 30, now, 5);
    ids = await insertBrand(dataSource);
    second = await insertDestinationAndSubscription(dataSource, ids, 'second');
    for (const days of [1, 2]) {
      const old = { ids, retentionDays: 30, at: now - days * DAY_MS - HOUR_MS, count: PER_DAY } as const;
      await fillEvents(dataSource, old);
      await fillEnded(dataSource, old);
    }
    await fillWaiting(dataSource, { ids: second, retentionDays: 30, at: now - DAY_MS / 2, count: PER_DAY });
    const recent = { ids, retentionDays: 30, at: minute, count: 59 } as const;
    await fillEvents(dataSource, recent);
    await fillEnded(dataSource, recent);
    await fillWaiting(dataSource, { ...recent, ids: { ...second, brandId: ids.brandId }, count: 40 });
    await dataSource.query('VACUUM ANALYZE');
    plans = await explainStatements(owner.url);
    database = await openDatabase({ url: owner.url, onError: () => undefined });
    store = new PostgresSeriesStore(database.dataSource);
    await database.dataSource.query('SELECT 1');
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    plans.stop();
    await database.close();
    await owner.close();
  });

  const pointsOf = (
    step: SeriesStep,
    from: number,
    to: number,
    destinationId: string | null = null,
  ): Promise<readonly SeriesPoint[]> => store.points({ brandId: ids.brandId, destinationId, step, from, to });
  const ofMinute = async (): Promise<SeriesPoint | undefined> =>
    (await pointsOf('minute', minute, minute + MINUTE_MS))[0];
  /** Makes the minute due, as if its time to be counted again had come. */
  const makeDue = (): Promise<unknown> =>
    owner.dataSource.query(`UPDATE series_minutes SET count_at = now() WHERE at = to_timestamp($1::float8 / 1000)`, [
      minute,
    ]);
  /** Returns the versions of the rows of the minute and its hour, which change with every write. */
  const rowVersions = (): Promise<unknown> =>
    owner.dataSource.query(
      `SELECT step, at, destination_id, xmin::text FROM series_counts
      WHERE at IN (to_timestamp($1::float8 / 1000), date_trunc('hour', to_timestamp($1::float8 / 1000), 'UTC'))
      ORDER BY 1, 2, 3`,
      [minute],
    );

  it('count what was created in a minute, by state', async () => {
    await store.count();
    const counts = { accepted: 58, quarantined: 1, delivered: 58, failed: 1, waiting: 40, notSent: 0, merged: 0 };
    expect(await ofMinute()).toEqual({ at: minute, ...counts });
    const one = await pointsOf('minute', minute, minute + MINUTE_MS, second.destinationId);
    expect(one).toEqual([{ at: minute, ...counts, delivered: 0, failed: 0 }]);
    expect(await store.countedUntil()).toBeGreaterThan(minute);
  });

  it('are the same after further counts, and are not written again', async () => {
    const [before, versions] = [await ofMinute(), await rowVersions()];
    await makeDue();
    await store.count();
    expect([await ofMinute(), await rowVersions()]).toEqual([before, versions]);
  });

  it('are the same if several processes count', async () => {
    const before = await ofMinute();
    await makeDue();
    await Promise.all([1, 2, 3, 4].map(() => new PostgresSeriesStore(database.dataSource).count()));
    expect(await ofMinute()).toEqual(before);
  });

  it('follow the states of deliveries, in the hour too', async () => {
    const from = Math.floor(minute / HOUR_MS) * HOUR_MS;
    const before = (await pointsOf('hour', from, from + HOUR_MS))[0];
    await owner.dataSource.query(
      `UPDATE deliveries_ended SET state = 'suppressed' WHERE id >= $1 AND id < $2 AND state = 'dead'`,
      [lowestIdAt(minute), lowestIdAt(minute + MINUTE_MS)],
    );
    await makeDue();
    await store.count();
    expect(await ofMinute()).toMatchObject({ failed: 0, notSent: 1 });
    expect((await pointsOf('hour', from, from + HOUR_MS))[0]).toEqual({
      ...before,
      failed: (before?.failed ?? 0) - 1,
      notSent: 1,
    });
  });

  it('continue after a step that was interrupted', async () => {
    await makeDue();
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('DELETE FROM series_counts');
    await runner.rollbackTransaction();
    await runner.release();
    await store.count();
    expect(await ofMinute()).toMatchObject({ accepted: 58, delivered: 58 });
  });

  it('continue after the clock of PostgreSQL was ahead for a while', async () => {
    await owner.dataSource.query(
      `INSERT INTO series_minutes (at, counted_at) SELECT t.at, t.at FROM (SELECT now() + interval '1 year') t (at)`,
    );
    await owner.dataSource.query(`DELETE FROM series_minutes WHERE at > now() - interval '10 min' AND at <= now()`);
    // The present minute may end during the test, so its start is read once.
    const [present] = await owner.dataSource.query<{ at: Date }[]>(`SELECT date_trunc('minute', now()) AS at`);
    const recent = (condition: string) =>
      owner.dataSource.query<unknown[]>(
        `SELECT FROM series_minutes
        WHERE at > $1::timestamptz - interval '3 min' AND at <= $1::timestamptz AND ${condition}`,
        [present?.at],
      );
    await store.count();
    expect(await recent('counted_at IS NOT NULL')).toHaveLength(3);
    await owner.dataSource.query(
      `UPDATE series_minutes SET counted_at = now() + interval '1 hour', count_at = now() + interval '1 day'
      WHERE at = $1::timestamptz`,
      [present?.at],
    );
    await store.count();
    expect(await recent('counted_at <= now()')).toHaveLength(3);
    expect(await store.countedUntil()).toBeLessThanOrEqual(Date.now() + MINUTE_MS);
    await owner.dataSource.query('DELETE FROM series_minutes WHERE at > now()');
  });

  it('do not sum an hour again after its minutes began to be deleted', async () => {
    const hour = Math.floor((Date.now() - 8 * DAY_MS) / HOUR_MS) * HOUR_MS;
    const insert = `INSERT INTO series_counts VALUES ($1, $2, to_timestamp($3::float8 / 1000), $4, 0, 0, $5, 0, 0, 0, 0)`;
    await owner.dataSource.query(insert, [ids.brandId, 'hour', hour, ids.destinationId, 60]);
    // The other minutes of the hour have been deleted.
    const last = hour + 59 * MINUTE_MS;
    await owner.dataSource.query(insert, [ids.brandId, 'minute', last, ids.destinationId, 1]);
    await owner.dataSource.query('UPDATE series_minutes SET count_at = NULL');
    await owner.dataSource.query(
      'INSERT INTO series_minutes (at, count_at) VALUES (to_timestamp($1::float8 / 1000), now())',
      [last],
    );
    await store.count();
    expect(await pointsOf('hour', hour, hour + HOUR_MS)).toMatchObject([{ delivered: 60 }]);
  });

  it('read few pages of large tables, and only the partition of the day', async () => {
    const busy = Math.floor((Date.now() - DAY_MS) / MINUTE_MS) * MINUTE_MS;
    await owner.dataSource.query('UPDATE series_minutes SET count_at = NULL');
    await owner.dataSource.query(
      'UPDATE series_minutes SET count_at = now() WHERE at = to_timestamp($1::float8 / 1000)',
      [busy],
    );
    plans.take();
    await store.count();
    const statements = plans.take();
    expect(statements.filter(({ pages }) => pages > MAX_PAGES)).toEqual([]);
    const days = statements.flatMap(({ tables }) => tables.filter((table) => table.includes('_d30_')));
    expect(new Set(days).size).toBe(2);
    expect((await pointsOf('minute', busy, busy + MINUTE_MS))[0]).toMatchObject({ accepted: expect.any(Number) });
  });

  it('are read through the index of the brand', async () => {
    await owner.dataSource.query(
      `INSERT INTO series_counts SELECT x.brand_id, s.step, m.at, x.destination_id, 1, 0, 1, 0, 0, 0, 0
      FROM (VALUES ($1::uuid, $2::uuid), ($3::uuid, $2::uuid)) x (brand_id, destination_id),
        (VALUES ('minute', '1 minute'::interval, '7 days'::interval), ('hour', '1 hour', '300 days')) s (step, every, age),
        LATERAL generate_series(date_trunc('hour', now()) - s.age, now(), s.every) m (at)
      ON CONFLICT DO NOTHING`,
      [ids.brandId, ids.destinationId, second.subscriptionId],
    );
    await owner.dataSource.query('VACUUM ANALYZE series_counts');
    const now = Date.now();
    for (const [step, from] of [
      ['minute', now - HOUR_MS],
      ['hour', now - 7 * DAY_MS],
    ] as const) {
      plans.take();
      await pointsOf(step, from, now);
      const [statement] = plans.take();
      expect(statement?.indexes).toEqual(['series_counts_pkey']);
      expect(statement?.pages).toBeLessThan(MAX_PAGES);
    }
  });
});
