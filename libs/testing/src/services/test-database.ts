import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { sharedPostgres, type PostgresServer } from './postgres-server.js';
import { runName } from './run-folder.js';

/** Milliseconds to give a `beforeAll` that asks for a service: the first one of a run starts its server. */
export const SERVICE_TIMEOUT_MS = 120_000;

/** What a test database starts out with, and where it is made; all of it may be left out. */
export interface TestDatabaseOptions {
  /** Brings an empty database to the schema the test needs. Runs once a run, whatever the number of databases. */
  readonly migrate?: (url: string) => Promise<void>;
  /**
   * Tells migrations apart. Needed only where two functions of the same source text do different things;
   * unset, the function's text stands for it.
   */
  readonly schema?: string;
  /** Where to make it; unset: {@link sharedPostgres}. */
  readonly server?: PostgresServer;
}

/** A database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, ending the connections that are still open. */
  drop(): Promise<void>;
}

async function asAdmin<T>(server: PostgresServer, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(server: PostgresServer, database: string): string {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Made under another name and renamed, so that a migration that fails leaves no template. */
async function makeTemplate(
  server: PostgresServer,
  client: pg.Client,
  template: string,
  migrate: TestDatabaseOptions['migrate'],
) {
  const making = `${template}_new`;
  await client.query(`DROP DATABASE IF EXISTS ${making} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${making}`);
  await migrate?.(urlOf(server, making));
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [making]);
  await client.query(`ALTER DATABASE ${making} RENAME TO ${template}`);
}

async function templateOf(server: PostgresServer, client: pg.Client, { migrate, schema }: TestDatabaseOptions) {
  if (migrate === undefined) return 'template1';
  const template = `${runName()}_t_${hash(schema ?? migrate.toString())}`;
  await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [template]);
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (found.rowCount === 0) await makeTemplate(server, client, template, migrate);
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [template]);
  }
  return template;
}

/**
 * Makes a database for one test file; with `migrate` it is a copy of a template that has been migrated once
 * in this run (some 40 ms a copy).
 *
 * ```ts
 * beforeAll(async () => { database = await createTestDatabase({ migrate }); }, SERVICE_TIMEOUT_MS);
 * afterAll(() => database.drop());
 * ```
 * @throws what `migrate` throws; the driver's error when the server cannot be reached
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = options.server ?? (await sharedPostgres());
  const name = `${runName()}_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, async (client) => {
    const template = await templateOf(server, client, options);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: urlOf(server, name),
    drop: () =>
      asAdmin(server, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      }),
  };
}
