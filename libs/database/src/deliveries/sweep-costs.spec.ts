import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ownServers, SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { ChangeNotices } from '../configuration/change-notices.js';
import { PostgresConfigurationStore } from '../configuration/postgres-configuration.store.js';
import { openDatabase } from '../connections/database.js';
import { PostgresDestinationPauseStore } from '../destinations/postgres-destination-pause.store.js';
import { PostgresLookupPauseStore } from '../lookups/postgres-lookup-pause.store.js';
import { PostgresMessagingStore } from '../messaging/postgres-messaging.store.js';
import { ONE_VERSION } from '../testing/one-version.js';
import { insertBrand, insertDestinationAndSubscription } from '../testing/brand-fixture.js';
import type { SampleIds } from '../testing/event-fixtures.js';
import { fillEvents, fillWaiting, makeDays } from '../testing/fill-tables.js';
import { openTestDatabase } from '../testing/open-test-database.js';
import { sampleVault } from '../testing/sample-vault.js';
import { explainStatements, type ExplainedStatement, type StatementPlans } from '../testing/statement-plans.js';
import { PostgresWorkerRegistry } from '../workers/postgres-worker-registry.js';
import { PostgresDeliveryStore } from './postgres-delivery.store.js';

const RETENTION_DAYS = 30;
/** Number of queues with a backlog: destinations, and one subscription. */
const BUSY = 10;
const BACKLOG = 200;
/** Number of brands, destinations and subscriptions that are added without deliveries. */
const IDLE = 10_000;

describe.each(await ownServers())('the cost of a sweep on the %s PostgreSQL', (_name, server) => {
  let owner: Awaited<ReturnType<typeof openTestDatabase>>;
  let plans: StatementPlans;
  let now: number;

  beforeAll(async () => {
    owner = await openTestDatabase(server);
    now = Date.now();
    await makeDays(owner.dataSource, RETENTION_DAYS, now, 2);
    const ids = await insertBrand(owner.dataSource);
    const busy: SampleIds[] = [ids];
    for (let n = 1; n < BUSY; n += 1) {
      busy.push(await insertDestinationAndSubscription(owner.dataSource, ids, `busy-${n}`));
    }
    // The queue of a subscription whose deliveries have no destination yet.
    busy[0] = { ...ids, destinationId: ids.subscriptionId };
    for (const one of busy) {
      const filling = { ids: one, retentionDays: RETENTION_DAYS, at: now - 3_600_000, count: BACKLOG } as const;
      await fillEvents(owner.dataSource, filling);
      await fillWaiting(owner.dataSource, filling);
    }
    await owner.dataSource.query('VACUUM ANALYZE');
    plans = await explainStatements(owner.url);
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    plans.stop();
    await owner.close();
  }, SERVICE_TIMEOUT_MS);

  /** Runs what a worker repeats every second, on new connections. Returns the statements, sorted by text. */
  async function runOnce(): Promise<readonly ExplainedStatement[]> {
    const database = await openDatabase({ url: owner.url, onError: () => undefined });
    const { dataSource, pgPool } = database;
    const notices = new ChangeNotices(owner.url, () => undefined);
    const deliveries = new PostgresDeliveryStore(pgPool);
    const configuration = new PostgresConfigurationStore({
      dataSource,
      pgPool,
      vault: sampleVault(),
      notices,
      settingsVersions: ONE_VERSION,
    });
    try {
      plans.take();
      await new PostgresWorkerRegistry(pgPool).heartbeat(randomUUID(), 0);
      await deliveries.reclaimExpired(100, 60_000);
      expect(await deliveries.destinationsWithDueWork(now)).toHaveLength(BUSY);
      await new PostgresMessagingStore(pgPool).triggeredSteps(10, []);
      await new PostgresLookupPauseStore(dataSource, pgPool).releaseHeld();
      await new PostgresDestinationPauseStore(dataSource, pgPool).endDue();
      await configuration.revision();
      return plans.take().toSorted((a, b) => (a.text < b.text ? -1 : 1));
    } finally {
      await notices.close();
      await database.close();
    }
  }

  /** Inserts brands, destinations and subscriptions without deliveries, as copies of existing rows. */
  async function addIdle(): Promise<void> {
    for (const table of ['brands', 'destinations', 'subscriptions']) {
      await owner.dataSource.query(
        `INSERT INTO ${table} SELECT copy.* FROM ${table} t CROSS JOIN generate_series(1, $1::int) AS n,
          LATERAL jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'name', 'idle-' || n)) copy
          WHERE t.id = (SELECT id FROM ${table} LIMIT 1)`,
        [IDLE],
      );
    }
    await owner.dataSource.query('VACUUM ANALYZE');
  }

  it(
    `is the same with ${IDLE} destinations and brands more`,
    async () => {
      await runOnce();
      const few = await runOnce();
      await addIdle();
      const many = await runOnce();
      expect(few.length).toBeGreaterThanOrEqual(7);
      expect(many.map(({ text }) => text)).toEqual(few.map(({ text }) => text));
      for (const [i, { pages, text }] of many.entries()) {
        // A larger table has one or two more levels in its indexes, for each of the busy destinations.
        const most = (few[i]?.pages ?? 0) + 3 * BUSY;
        expect({ text, pages, isCostlier: pages > most }).toEqual({ text, pages, isCostlier: false });
      }
    },
    SERVICE_TIMEOUT_MS,
  );
});
