import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DayComparison, RegisteredSource } from '@patchbay/core';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { insertBrand } from '../testing/brand-fixture.js';
import { fillEvents, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresReconciliationStore } from './postgres-reconciliation.store.js';

const servers = await testServers();
const DAY_MS = 86_400_000;
const now = Date.now();
const today = Math.floor(now / DAY_MS) * DAY_MS;
const dayText = (ago: number): string => new Date(today - ago * DAY_MS).toISOString().slice(0, 10);

describe.each(servers)('PostgresReconciliationStore on the %s PostgreSQL', (_name, server) => {
  let database: Database & { readonly url: string };
  let store: PostgresReconciliationStore;
  let source: RegisteredSource;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    const { dataSource } = database;
    await makeDays(dataSource, 30, now, 6);
    const ids = await insertBrand(dataSource);
    const other = await insertBrand(dataSource);
    // One event in a hundred is quarantined.
    const filling = { ids, retentionDays: 30, count: 200 } as const;
    await fillEvents(dataSource, { ...filling, at: today - 3 * DAY_MS + 3_600_000 });
    await fillEvents(dataSource, { ...filling, at: today - DAY_MS + 3_600_000, count: 100 });
    await fillEvents(dataSource, { ...filling, ids: other, at: today - 3 * DAY_MS + 3_600_000 });
    // Ten events of three days ago arrived yesterday.
    await dataSource.query(
      `UPDATE events SET occurred_at = occurred_at - interval '2 days'
      WHERE brand_id = $1 AND source_event_id::int > 90 AND received_at >= to_timestamp($2::float8 / 1000)`,
      [ids.brandId, today - DAY_MS],
    );
    store = new PostgresReconciliationStore(dataSource, { now: () => now });
    source = { brandId: ids.brandId, brand: 'acme', sourceId: ids.sourceId, source: 'capillary' };
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
  });

  const comparison = (also: Partial<DayComparison>): DayComparison => ({
    ...{ day: dayText(3), total: 215, delivered: 210, failed: 5, retrying: 0, pending: 0 },
    ...{ accepted: 208, quarantined: 2, missing: 5, ...also },
  });

  it('counts events by their own time, whenever they arrived, and only those of the source', async () => {
    const counted = await store.storedByDay(source, dayText(3), dayText(2));
    expect([...counted]).toEqual([[dayText(3), { accepted: 208, quarantined: 2 }]]);
    expect((await store.storedByDay(source, dayText(1), dayText(1))).get(dayText(1))).toEqual({
      ...{ accepted: 89, quarantined: 1 },
    });
  });

  it('keeps the last comparison of each day, and deletes comparisons after 90 days', async () => {
    await store.record(source, comparison({ day: dayText(100) }));
    await store.record(source, comparison({}));
    await store.record(source, comparison({ accepted: 211, missing: 2 }));
    await store.record(source, comparison({ day: dayText(2), missing: 0 }));
    const days = await store.recorded(source.sourceId);
    expect(days.map(({ day, accepted, missing }) => [day, accepted, missing])).toEqual([
      [dayText(2), 208, 0],
      [dayText(3), 211, 2],
    ]);
    expect(await store.gaps()).toMatchObject([{ missing: 2 }]);
  });

  it('lets one process at a time run the daily comparison', async () => {
    let inner = false;
    await store.runAlone(async (renew) => {
      await renew();
      await store.runAlone(() => Promise.resolve(void (inner = true)));
    });
    expect(inner).toBe(false);
    await store.runAlone(() => Promise.resolve(void (inner = true)));
    expect(inner).toBe(true);
  });
});
