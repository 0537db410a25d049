import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { uuidV7, type DeliveryDecision, type NewEvent } from '@patchbay/core';
import { ownPostgres, SERVICE_TIMEOUT_MS, until, type OwnPostgres } from '@patchbay/testing/services';
import pg from 'pg';
import { PostgresDeliveryStore } from '../deliveries/postgres-delivery.store.js';
import { PostgresEventStore } from '../events/postgres-event.store.js';
import { isDatabaseUnavailable } from '../query/sql-error.js';
import { PostgresStatusUpdateStore } from '../status-updates/postgres-status-update.store.js';
import { succeeded } from '../testing/decisions.js';
import { sampleEvent, sampleIds } from '../testing/event-fixtures.js';
import { withTransferSession } from '../transfer/transfer-session.js';
import { openDatabase, type Database } from './database.js';
import { UnreplicatedCommitError } from './failover-watch.js';
import { migrate } from './migrate.js';

describe('a commit that waits for a synchronous standby', () => {
  let server: OwnPostgres;
  let admin: pg.Client;
  let database: Database;
  let store: PostgresEventStore;
  const first = sampleEvent(sampleIds());
  const repeat = (): NewEvent => ({ ...sampleEvent(sampleIds()), dedupeKey: first.dedupeKey });

  beforeAll(async () => {
    server = await ownPostgres();
    await prepare(server.url);
    await server.kill();
    await server.restart();
    database = await openDatabase({ url: server.url, onError: () => undefined });
    store = new PostgresEventStore(database.pgPool);
    admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
    await admin.end();
    await server.kill();
  });

  async function waiting(): Promise<number[]> {
    const { rows } = await admin.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = current_database()",
    );
    return rows.map(({ pid }) => pid);
  }

  /** Waits until a commit waits for a standby, and ends its wait. */
  async function end(program: 'pg_cancel_backend' | 'pg_terminate_backend'): Promise<void> {
    const [pid] = await until(async () => (await waiting()).length > 0 && (await waiting()), {
      what: 'a commit to wait',
    });
    await admin.query(`SELECT ${program}($1)`, [pid]);
    await until(async () => (await waiting()).length === 0, { what: 'the wait to end' });
  }

  const failureOf = (running: Promise<unknown>): Promise<unknown> => running.catch((error: unknown) => error);

  it.each(['pg_cancel_backend', 'pg_terminate_backend'] as const)(
    'fails after %s, and so does the repeat of its event, which waits too',
    async (program) => {
      const { id } = first;
      for (const event of [first, repeat()]) {
        const stored = failureOf(store.storeGroup([event]));
        await end(program);
        const error = await stored;
        expect(error).toBeInstanceOf(UnreplicatedCommitError);
        expect(isDatabaseUnavailable(error)).toBe(true);
        expect((await admin.query('SELECT id FROM events')).rows).toEqual([{ id: EARLIER.id }, { id }]);
      }
    },
  );

  it('fails in a transaction of TypeORM', async () => {
    const changed = failureOf(
      database.dataSource.transaction((manager) => manager.query('UPDATE configuration SET revision = revision + 1')),
    );
    await end('pg_cancel_backend');
    expect(isDatabaseUnavailable(await changed)).toBe(true);
  });

  it('fails for outcomes that an earlier write has recorded, because no standby may have them', async () => {
    const written = failureOf(new PostgresDeliveryStore(database.pgPool).record([RECORDED]));
    await end('pg_cancel_backend');
    expect(await written).toBeInstanceOf(UnreplicatedCommitError);
  });

  it('fails for a status callback that changes nothing, because no standby may have the status', async () => {
    const statuses = new PostgresStatusUpdateStore(database, database.clock);
    const applied = failureOf(statuses.apply(EARLIER_IDS.destinationId, [STATUS]));
    await end('pg_cancel_backend');
    expect(await applied).toBeInstanceOf(UnreplicatedCommitError);
  });

  it('fails on the connection of an import', async () => {
    const imported = failureOf(withTransferSession(server.url, (client) => client.query('CREATE TABLE imported ()')));
    await end('pg_cancel_backend');
    expect(await imported).toBeInstanceOf(UnreplicatedCommitError);
  });

  it('succeeds after the wait, and an event that was repeated meanwhile is stored once', async () => {
    const repeated = store.storeGroup([repeat()]);
    await until(async () => (await waiting()).length > 0, { what: 'the repeat to wait' });
    await admin.query('ALTER SYSTEM RESET synchronous_standby_names');
    await admin.query('SELECT pg_reload_conf()');
    expect(await repeated).toEqual([{ kind: 'duplicate', eventId: first.id }]);
  });
});

/** Outcome of a delivery that has ended, so that its record changes nothing. */
const RECORDED: DeliveryDecision = {
  ...{ id: uuidV7(Date.now()), token: randomUUID(), retentionDays: 30, state: 'succeeded', stateIfConfirmed: null },
  ...{ reason: null, dueAt: null, countedAttempts: 1, attempts: 1, errorKind: null, externalId: null },
  ...{ pendingSince: null, blocks: false, messaging: null, attempt: null },
};

/** Event that is stored before the server requires standbys, so that the partitions exist. */
const EARLIER_IDS = sampleIds();
const EARLIER = sampleEvent(EARLIER_IDS);
/** Status of the earlier event's message. */
const STATUS = { externalId: 'vendor-1', status: 'delivered' } as const;

/**
 * Creates the tables, the partitions and a delivery with a status. Suppresses warnings for the role of the connections,
 * and makes the server require standbys from its next start.
 */
async function prepare(url: string): Promise<void> {
  await migrate(url);
  const database = await openDatabase({ url, onError: () => undefined });
  await new PostgresEventStore(database.pgPool).storeGroup([EARLIER]);
  const deliveries = new PostgresDeliveryStore(database.pgPool);
  const request = { destinationId: EARLIER_IDS.destinationId, limit: 1, leaseMs: 60_000 };
  const claimed = await deliveries.claim([request], Date.now() + 1_000);
  await deliveries.record(claimed.deliveries.map(succeeded));
  await new PostgresStatusUpdateStore(database, database.clock).apply(EARLIER_IDS.destinationId, [STATUS]);
  await database.dataSource.query('ALTER ROLE CURRENT_USER SET client_min_messages = error');
  await database.dataSource.query("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (s1, s2)'");
  await database.close();
}

describe('a server that refuses writes', () => {
  let server: OwnPostgres;
  let database: Database;

  beforeAll(async () => {
    server = await ownPostgres();
    const pools = { hot: 1, general: 1 };
    database = await openDatabase({ url: server.url, pools, onError: () => undefined });
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    await database.close();
    await server.kill();
  });

  const READ_ONLY = 'SET default_transaction_read_only = on';
  const PID = 'SELECT pg_backend_pid() AS pid';

  it('loses its connection of the hot paths', async () => {
    const query = (text: string): Promise<object[]> => database.pgPool.query({ text, values: [] });
    const before = await query(PID);
    await query(READ_ONLY);
    await expect(query('CREATE TABLE refused ()')).rejects.toMatchObject({ code: '25006' });
    expect(await query(PID)).not.toEqual(before);
    await query('CREATE TABLE accepted ()');
  });

  it('loses its connection of TypeORM', async () => {
    const query = (text: string): Promise<unknown> => database.dataSource.query(text);
    const before = await query(PID);
    await query(READ_ONLY);
    await expect(query('CREATE TABLE refused ()')).rejects.toMatchObject({ driverError: { code: '25006' } });
    expect(await query(PID)).not.toEqual(before);
  });
});
