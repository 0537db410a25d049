import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import pg from 'pg';
import { recordServer, runFolder } from './run-folder.js';
import { skip, type Skipped } from './skipped.js';

/** PostgreSQL server for test databases; its user may create databases. */
export interface PostgresServer {
  readonly url: string;
}

const DEBIAN = '/usr/lib/postgresql';
/** Oldest PostgreSQL version that the hub's SQL supports. */
const OLDEST_MAJOR = 15;
const EMBEDDED_MAJOR = 18;

async function start(name: string, installation?: string): Promise<PostgresServer> {
  const server = await startEmbeddedPostgres({
    dataDir: join(runFolder(), name),
    ...(installation === undefined ? {} : { installation }),
  });
  await recordServer(name, server.pid);
  await withoutAutovacuum(server.url);
  return { url: server.url };
}

/** Disables autovacuum, which would change page counts and query plans at unpredictable times. */
async function withoutAutovacuum(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('ALTER SYSTEM SET autovacuum = off');
    await client.query('SELECT pg_reload_conf()');
  } finally {
    await client.end();
  }
}

let shared: Promise<PostgresServer> | undefined;
let older: Promise<PostgresServer | Skipped> | undefined;

/**
 * Returns the server of this run: the server of `TEST_DATABASE_URL`, or the embedded PostgreSQL. The first worker that
 * needs the server starts it. The server is stopped at the end of the run.
 */
export function sharedPostgres(): Promise<PostgresServer> {
  const given = process.env['TEST_DATABASE_URL'];
  return (shared ??= given ? Promise.resolve({ url: given }) : start('postgres'));
}

async function oldestInstalled(): Promise<string | undefined> {
  const majors = (await readdir(DEBIAN).catch(() => []))
    .map(Number)
    .filter((major) => major >= OLDEST_MAJOR && major < EMBEDDED_MAJOR)
    .sort((a, b) => a - b);
  return majors[0] === undefined ? undefined : join(DEBIAN, String(majors[0]));
}

/**
 * Returns a server with the oldest supported PostgreSQL version that Debian's packages installed on this machine,
 * ideally 15. Tests use this server to find SQL that only newer versions support. The server is started once per run
 * and stopped at the end. If none is installed, prints a warning and returns `Skipped`; throws if `CI` is set.
 */
export function olderPostgres(): Promise<PostgresServer | Skipped> {
  return (older ??= startOlder());
}

/**
 * Returns servers that no other test uses: the embedded PostgreSQL and, if installed, the oldest supported version.
 * Tests that count pages need servers of their own, because PostgreSQL keeps old row versions while a transaction of
 * any database may need them.
 */
export async function ownServers(): Promise<readonly (readonly [name: string, server: PostgresServer])[]> {
  const name = `postgres-${randomUUID().slice(0, 8)}`;
  const installation = await oldestInstalled();
  const embedded = await start(name);
  if (installation === undefined) return [['embedded', embedded]];
  return [
    ['embedded', embedded],
    ['older', await start(`${name}-older`, installation)],
  ];
}

async function startOlder(): Promise<PostgresServer | Skipped> {
  const installation = await oldestInstalled();
  if (installation !== undefined) return start('postgres-older', installation);
  return skip(
    `PostgreSQL 15 to 17 is not installed in ${DEBIAN}. Run apt-get install postgresql, or leave these tests to CI.`,
  );
}
