import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@patchbay/embedded';
import pg from 'pg';
import { recordServer, runFolder } from './run-folder.js';
import { skip, type Skipped } from './skipped.js';

/** A PostgreSQL server that test databases are made on, as a user who may make them. */
export interface PostgresServer {
  readonly url: string;
}

const DEBIAN = '/usr/lib/postgresql';
/** What the hub's SQL has to stay within. */
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

/** Tests count pages and compare plans, and autovacuum would change both at a moment of its own choosing. */
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
 * The server of this run: the one of `TEST_DATABASE_URL`, else the embedded PostgreSQL, started by whoever
 * asks first in any worker and stopped when the run ends.
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
 * The oldest supported PostgreSQL that Debian's packages have put on this machine (15 at best), as one server
 * a run, stopped when it ends. It finds SQL that only the newer embedded one understands.
 * Skips loudly where there is none, and throws where `CI` is set.
 */
export function olderPostgres(): Promise<PostgresServer | Skipped> {
  return (older ??= startOlder());
}

/**
 * Servers that no other test uses: the embedded PostgreSQL and, where one is installed, the oldest supported one.
 * For counts of pages: PostgreSQL keeps old row versions for as long as a transaction of any database may need them.
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
  return skip(`No PostgreSQL 15 to 17 in ${DEBIAN}: apt-get install postgresql, or leave these tests to CI.`);
}
