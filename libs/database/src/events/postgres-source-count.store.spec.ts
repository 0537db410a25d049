import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import type { Database } from '../connections/database.js';
import { PostgresReadStore } from '../read/postgres-read.store.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { PostgresSourceCountStore } from './postgres-source-count.store.js';

describe.each(await testServers())('PostgresSourceCountStore on the %s PostgreSQL', (_name, server) => {
  let database: Database;
  let counts: PostgresSourceCountStore;
  let read: PostgresReadStore;

  beforeAll(async () => {
    database = await openTestDatabase(server);
    counts = new PostgresSourceCountStore(database.pgPool);
    read = new PostgresReadStore(database.dataSource, database.clock);
  }, SERVICE_TIMEOUT_MS);
  afterAll(() => database.close());

  it('adds up the events of the last 24 hours, and keeps the time of the last event for longer', async () => {
    const [sourceId, other] = [randomUUID(), randomUUID()];
    const at = Date.now();
    const activity = async () => (await read.sourceActivity([sourceId, other])).get(sourceId);
    expect(await activity()).toBeUndefined();
    await counts.add([
      { sourceId, accepted: 2, quarantined: 1, lastEventAt: at },
      { sourceId: other, accepted: 9, quarantined: 9, lastEventAt: at },
    ]);
    await counts.add([{ sourceId, accepted: 3, quarantined: 0, lastEventAt: at - 1 }]);
    expect(await activity()).toEqual({ accepted: 5, quarantined: 1, lastEventAt: at });

    await database.dataSource.query(`UPDATE source_activity SET at = at - interval '26 hours'`);
    expect(await activity()).toEqual({ accepted: 0, quarantined: 0, lastEventAt: at });
    await counts.add([{ sourceId, accepted: 1, quarantined: 0, lastEventAt: at + 1 }]);
    expect(await activity()).toEqual({ accepted: 1, quarantined: 0, lastEventAt: at + 1 });
    const rows = await database.dataSource.query<unknown[]>('SELECT FROM source_activity WHERE source_id = $1', [
      sourceId,
    ]);
    expect(rows).toHaveLength(1);
  });
});
