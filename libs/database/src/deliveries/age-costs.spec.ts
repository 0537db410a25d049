import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownServers, SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { openDatabase } from '../connections/database.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { again, succeeded } from '../testing/decisions.js';
import { explainStatements, type StatementPlans, type ExplainedStatement } from '../testing/statement-plans.js';
import { fillEnded, fillEvents, fillWaiting, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { sampleEvent, type SampleIds } from '../testing/event-fixtures.js';
import { insertBrand } from '../testing/brand-fixture.js';
import { PostgresDeliveryStore } from './postgres-delivery.store.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const RETENTION_DAYS = 400;

describe.each(await ownServers())('the cost of stored rows on the %s PostgreSQL', (name, server) => {
  let owner: Awaited<ReturnType<typeof openTestDatabase>>;
  let plans: StatementPlans;
  let ids: SampleIds;
  let now: number;

  beforeAll(async () => {
    owner = await openTestDatabase(server);
    ids = await insertBrand(owner.dataSource);
    // The time is noon, so that rows from an hour before belong to the same day.
    now = Math.floor(Date.now() / DAY_MS) * DAY_MS + 12 * HOUR_MS;
    await makeDays(owner.dataSource, RETENTION_DAYS, now, 2);
    const filling = { ids, retentionDays: RETENTION_DAYS, at: now - HOUR_MS, count: 3_000 } as const;
    await fillEvents(owner.dataSource, filling);
    await fillWaiting(owner.dataSource, filling);
    await owner.dataSource.query('VACUUM ANALYZE');
    plans = await explainStatements(owner.url);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    plans.stop();
    await owner.close();
  }, SERVICE_TIMEOUT_MS);

  /**
   * Stores, claims and records deliveries on new connections. Returns the statements of these hot paths, in the order
   * in which they ran.
   */
  async function runHotPaths(): Promise<readonly ExplainedStatement[]> {
    const database = await openDatabase({ url: owner.url, onError: () => undefined });
    const events = new PostgresEventStore(database.pgPool);
    const deliveries = new PostgresDeliveryStore(database.pgPool);
    try {
      plans.take();
      const group = Array.from({ length: 50 }, () => sampleEvent(ids, now, { retentionDays: RETENTION_DAYS }));
      await events.storeGroup(group);
      const request = { destinationId: ids.destinationId, limit: 100, leaseMs: -1 };
      const claimed = (await deliveries.claim([request], now)).deliveries;
      expect(claimed).toHaveLength(100);
      await deliveries.markSending(claimed.slice(0, 50));
      const reclaimed = await deliveries.reclaimExpired(100, 60_000);
      expect(reclaimed).toHaveLength(50);
      await deliveries.record(
        reclaimed.map((delivery, i) => (i % 2 === 0 ? succeeded(delivery) : again(delivery, now))),
      );
      await deliveries.release(claimed);
      await deliveries.destinationsWithDueWork(now);
      return plans.take();
    } finally {
      await database.close();
    }
  }

  it('storing and sending events costs the same with 2 days of history as with hundreds', async () => {
    // Vacuum the dead rows of the first run, so that they do not add to the cost of the second run.
    const measured = async (): Promise<readonly ExplainedStatement[]> => {
      await runHotPaths();
      await owner.dataSource.query('VACUUM deliveries_waiting');
      return runHotPaths();
    };
    const young = await measured();
    // On the older server, the time to create partitions grows with the square of their number, so fewer days are
    // created.
    const days = name === 'embedded' ? RETENTION_DAYS : 100;
    await makeDays(owner.dataSource, RETENTION_DAYS, now, days);
    for (let day = 2; day < days; day += 20) {
      const filling = { ids, retentionDays: RETENTION_DAYS, at: now - day * DAY_MS, count: 20 } as const;
      await fillEvents(owner.dataSource, filling);
      await fillEnded(owner.dataSource, filling);
    }
    await owner.dataSource.query('ANALYZE');
    const old = await measured();
    const shape = (statements: readonly ExplainedStatement[]): unknown[] =>
      statements.map(({ text, tables, nodes }) => ({ text, tables, nodes }));
    expect(young.length).toBeGreaterThan(6);
    expect(shape(old)).toEqual(shape(young));
    for (const [i, { pages, text }] of old.entries()) {
      // The rows may be on a few more pages after a vacuum. One more page per day of history would add hundreds of
      // pages.
      expect({ text, isCostlier: pages > (young[i]?.pages ?? 0) * 2 + 100 }).toEqual({ text, isCostlier: false });
    }
  }, 120_000);

  it('claims 100 of 30,000 deliveries without reading the rest, even with a plan made for an empty table', async () => {
    const database = await openDatabase({ url: owner.url, onError: () => undefined });
    const deliveries = new PostgresDeliveryStore(database.pgPool);
    try {
      ids = await insertBrand(owner.dataSource);
      await owner.dataSource.query('TRUNCATE deliveries_waiting');
      await owner.dataSource.query('VACUUM ANALYZE deliveries_waiting');
      const claim = async (): Promise<number> => {
        const request = { destinationId: ids.destinationId, limit: 100, leaseMs: 60_000 };
        return (await deliveries.claim([request], now)).deliveries.length;
      };
      expect(await claim()).toBe(0);
      const filling = { ids, retentionDays: RETENTION_DAYS, at: now - 11 * HOUR_MS, count: 30_000 } as const;
      await fillEvents(owner.dataSource, filling);
      await fillWaiting(owner.dataSource, filling);
      plans.take();
      expect(await claim()).toBe(100);
      const [statement] = plans.take();
      expect(statement?.indexes).toContain('deliveries_waiting_due_idx');
      // Each update may touch several indexes. Reading all rows would take 30,000 pages and more.
      expect(statement?.pages).toBeLessThan(5_000);
    } finally {
      await database.close();
    }
  });
});
