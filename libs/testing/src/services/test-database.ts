import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { sharedPostgres, type PostgresServer } from './postgres-server.js';
import { runName } from './run-folder.js';

/** Milliseconds for a `beforeAll` that needs a service. The first `beforeAll` of a run starts the server. */
export const SERVICE_TIMEOUT_MS = 120_000;

/** Options of a test database. */
export interface TestDatabaseOptions {
  /** Migrates an empty database to the schema that the test needs. Runs once per run for any number of databases. */
  readonly migrate?: (url: string) => Promise<void>;
  /**
   * Name of the schema. Needed only if two `migrate` functions with the same source text have different effects. The
   * default is the source text of the function.
   */
  readonly schema?: string;
  /** Server for the database; {@link sharedPostgres} if absent. */
  readonly server?: PostgresServer;
}

/** Database of one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Drops the database and terminates its open connections. */
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

/**
 * Creates the template database under a temporary name and renames it afterwards, so that a failed migration leaves no
 * template.
 */
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
 * Creates a database for one test file. With `migrate`, the database is a copy of a template, which is migrated once
 * per run (about 40 ms per copy).
 *
 * ```ts
 * beforeAll(async () => { database = await createTestDatabase({ migrate }); }, SERVICE_TIMEOUT_MS);
 * afterAll(() => database.drop());
 * ```
 * @throws the error of `migrate`, or the driver's error if the server is unreachable
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
