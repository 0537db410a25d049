import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { migrate } from '../connections/migrate.js';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { openTestDatabase, testServers } from '../testing/open-test-database.js';
import { insertDestination } from '../testing/sample-destination.js';
import { sampleDelivery, sampleEvent } from '../testing/event-fixtures.js';
import { ClaimsInPlace1795880000000 } from './1795880000000-claims-in-place.js';

const { name: NAME } = new ClaimsInPlace1795880000000();

describe.each(await testServers())('the claims-in-place migration on the %s PostgreSQL', (_name, server) => {
  let database: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeEach(async () => {
    database = await openTestDatabase(server);
  }, SERVICE_TIMEOUT_MS);
  afterEach(() => database.close());

  const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => database.dataSource.query(text, values);

  /** Reverts the newest migrations, up to and including the named migration. */
  async function undoTo(name: string): Promise<void> {
    for (;;) {
      const [newest] = await sql<{ name: string }>('SELECT name FROM migrations ORDER BY id DESC LIMIT 1');
      await database.dataSource.undoLastMigration();
      if (newest === undefined || newest.name === name) return;
    }
  }

  it('keeps leases and order keys of an older hub, and reclaims them after that hub stopped', async () => {
    const ids = await insertDestination(database.dataSource);
    const now = Date.now();
    const order = { key: randomUUID(), occurredAt: now, policy: 'skip' } as const;
    const stored = async (keeps: { order?: typeof order } = {}): Promise<string> => {
      const event = sampleEvent(ids, now);
      const delivery = { ...sampleDelivery(event.id, ids, now), ...keeps };
      await new PostgresEventStore(database.pgPool).storeGroup([{ ...event, deliveries: [delivery] }]);
      return delivery.id;
    };
    const [held, ordered] = [await stored(), await stored({ order })];
    await stored();

    await undoTo(NAME);
    const token = randomUUID();
    await sql(
      `UPDATE deliveries_waiting SET lease_token = $1, lease_until = now() - interval '1 s' WHERE id = ANY ($2::uuid[])`,
      [token, [held, ordered]],
    );
    expect((await migrate(database.url))[0]).toBe(NAME);

    const [claim, ...others] = await sql<{ delivery_ids: string[] }>('SELECT * FROM claims');
    expect(claim).toMatchObject({ token, delivery_ids: expect.arrayContaining([held, ordered]) });
    expect(claim?.delivery_ids).toHaveLength(2);
    expect(others).toEqual([]);
    expect(await sql('SELECT id, active_key FROM deliveries_waiting WHERE active_key IS NOT NULL')).toEqual([
      { id: ordered, active_key: order.key },
    ]);

    const store = new PostgresDeliveryStore(database.pgPool);
    await store.reclaimExpired(100, 60_000);
    const wanted = [{ destinationId: ids.destinationId, limit: 10, leaseMs: 60_000 }];
    expect((await store.claim(wanted, now + 1_000)).deliveries).toHaveLength(3);
  });
});
