import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  ownPgBouncer,
  SERVICE_TIMEOUT_MS,
  until,
  type PgBouncer,
  type PgBouncerOptions,
} from '@patchbay/testing/services';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { ACME_AUTH, acmeBrand, acmeEnv, pointsIssued } from './support/acme.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { at, startTestHub, type TestHub } from './support/test-hub.js';

/** Maximum number of server connections of the pooler. Two hubs share them, so that statements change connections. */
const POOL_SIZE = 3;
/** Role of the pooler's connections. Roles belong to the whole server, so that each run needs another name. */
const ROLE = `patchbay_hot_${randomBytes(4).toString('hex')}`;

const database = await createTestDatabase();
/** Role of the other connections, which owns the tables. */
const OWNER = decodeURIComponent(new URL(database.url).username);
const pooler = await ownPgBouncer({
  databaseUrl: withUser(database.url, ROLE),
  settings: { default_pool_size: String(POOL_SIZE), max_prepared_statements: '200' },
});

('skipped' in pooler ? describe.skip : describe)('a hub behind PgBouncer in transaction mode', () => {
  if ('skipped' in pooler) throw new Error(pooler.skipped);
  let receiver: Receiver;
  let admin: pg.Client;
  const hubs: TestHub[] = [];
  const others: PgBouncer[] = [];

  beforeAll(async () => {
    receiver = await startReceiver();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${ROLE}' IN ROLE ${pg.escapeIdentifier(OWNER)}`);
    await admin.query(`ALTER ROLE ${ROLE} SET role = '${OWNER}'`);
  }, SERVICE_TIMEOUT_MS);

  afterEach(async () => {
    for (const hub of hubs.splice(0).reverse()) await hub.close();
    for (const one of others.splice(0)) await one.stop();
  });

  afterAll(async () => {
    await pooler.stop();
    await admin.query(`DROP ROLE ${ROLE}`);
    await admin.end();
    await receiver.close();
    await database.drop();
  }, SERVICE_TIMEOUT_MS);

  const addresses = { DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: database.url };

  async function start(environment: Record<string, string> = addresses): Promise<TestHub> {
    const hub = await startTestHub({
      brands: { acme: acmeBrand() },
      env: acmeEnv(receiver.url),
      databaseUrl: database.url,
      environment,
    });
    hubs.push(hub);
    return hub;
  }
  async function refusal(environment: Record<string, string>): Promise<string> {
    const error: unknown = await start(environment).then(
      () => 'the hub started',
      (thrown: unknown) => thrown,
    );
    return String(error);
  }
  async function other(options: Omit<PgBouncerOptions, 'databaseUrl'>): Promise<PgBouncer> {
    const started = await ownPgBouncer({ databaseUrl: withUser(database.url, ROLE), ...options });
    if ('skipped' in started) throw new Error(started.skipped);
    others.push(started);
    return started;
  }
  async function post(hub: TestHub, prefix: string, count: number): Promise<void> {
    const events = Array.from({ length: count }, (_, index) => pointsIssued(`${prefix}-${index}`));
    expect((await hub.ingest('acme/capillary', events, ACME_AUTH)).status).toBe(202);
  }
  const received = (): number => new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size;

  it(
    'is refused without the address of PostgreSQL itself, also if the pooler ignores startup parameters',
    async () => {
      const problem = /^ConfigurationError: DATABASE_URL: a connection pooler answers there.* Set DATABASE_DIRECT_URL /;
      expect(await refusal({ DATABASE_URL: pooler.url })).toMatch(problem);
      const ignoring = await other({ settings: { ignore_startup_parameters: 'options,statement_timeout' } });
      expect(await refusal({ DATABASE_URL: ignoring.url })).toMatch(problem);
      expect(await refusal({ DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: pooler.url })).toMatch(
        /^ConfigurationError: DATABASE_DIRECT_URL: a connection pooler answers there\. /,
      );
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'is refused if the two addresses lead to different databases',
    async () => {
      const another = await createTestDatabase();
      expect(await refusal({ ...addresses, DATABASE_DIRECT_URL: another.url })).toMatch(
        /^ConfigurationError: DATABASE_DIRECT_URL: it leads to another server or database than DATABASE_URL\. /,
      );
      await another.drop();
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'is refused with the fix if the pooler drops the settings of the hot paths, and starts after the fix',
    async () => {
      const refused = await refusal(addresses);
      expect(refused).toMatch(
        /^ConfigurationError: DATABASE_URL: the connection pooler drops .* plan_cache_mode is auto instead of force_generic_plan/,
      );
      const statements = refused.split('\n').slice(1);
      expect(statements).toContain(`ALTER ROLE ${ROLE} SET plan_cache_mode = 'force_generic_plan';`);
      for (const statement of statements) await admin.query(statement);
      await pooler.reconnect();
      const hub = await start();
      expect(hub.log.map((line): unknown => JSON.parse(line))).toContainEqual(
        expect.objectContaining({
          msg: expect.stringMatching(/^database opened/),
          isPooled: true,
          maxConnections: { hot: 10, general: 4, listen: 1, queue: 5, direct: 10, replica: 0 },
          serverConnections: { used: expect.any(Number), available: expect.any(Number) },
        }),
      );
      await post(hub, 'fixed', 10);
      await until(() => received() === 10, { what: '10 deliveries' });
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'starts twice one after another, then beside another process, and delivers',
    async () => {
      await (await start()).stop();
      const [one, two] = [await start(), await start()];
      const before = received();
      await Promise.all(Array.from({ length: 20 }, (_, call) => post(call % 2 === 0 ? one : two, `many-${call}`, 10)));
      await until(() => received() === before + 200, { what: '200 deliveries', timeoutMs: 30_000 });
      const { rows } = await admin.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = $1`,
        [ROLE],
      );
      expect(rows[0]?.count).toBeGreaterThan(0);
      expect(rows[0]?.count).toBeLessThanOrEqual(POOL_SIZE);
      await Promise.all([one.stop(), two.stop()]);
      // The sessions of the pooler outlive the hubs, and with them a lock of a session.
      const locks = await admin.query(`SELECT FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
      expect(locks.rowCount).toBe(0);
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'obeys in one process a pause that another process received',
    async () => {
      const [one, two] = [await start(), await start()];
      const path = '/v1/brands/acme/destinations/crm';
      expect((await one.admin('POST', `${path}/pause`, { reason: 'test' })).status).toBe(200);
      const before = received();
      await post(two, 'paused', 5);
      const waiting = async (): Promise<unknown> => at((await two.admin('GET', path)).body, 'paused');
      await until(async () => (await waiting()) === true, { what: 'the pause in the other process' });
      expect(received()).toBe(before);
      expect((await two.admin('POST', `${path}/resume`)).status).toBe(200);
      await until(() => received() === before + 5, { what: '5 deliveries after the end of the pause' });
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'is refused if the pooler does not track prepared statements',
    async () => {
      const untracked = await other({ settings: { max_prepared_statements: '0' } });
      expect(await refusal({ ...addresses, DATABASE_URL: untracked.url })).toMatch(
        /^ConfigurationError: DATABASE_URL: the connection pooler does not track prepared statements\. .*max_prepared_statements/,
      );
    },
    SERVICE_TIMEOUT_MS,
  );

  it(
    'accepts settings from connect_query of the pooler',
    async () => {
      await admin.query(`ALTER ROLE ${ROLE} RESET ALL`);
      await admin.query(`ALTER ROLE ${ROLE} SET role = '${OWNER}'`);
      const bare = await other({});
      const refused = await refusal({ ...addresses, DATABASE_URL: bare.url });
      const statements = refused.split('\n').slice(1);
      expect(statements).not.toEqual([]);
      const connectQuery = statements.map((text) => text.replace(`ALTER ROLE ${ROLE} `, '')).join(' ');
      const setting = await other({ connectQuery });
      await start({ ...addresses, DATABASE_URL: setting.url });
    },
    SERVICE_TIMEOUT_MS,
  );
});

/** Returns the address of the database with a user whose password is the user's name. */
function withUser(address: string, user: string): string {
  const url = new URL(address);
  url.username = user;
  url.password = user;
  return url.href;
}
