import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@patchbay/embedded';
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
  return { url: server.url };
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

async function startOlder(): Promise<PostgresServer | Skipped> {
  const installation = await oldestInstalled();
  if (installation !== undefined) return start('postgres-older', installation);
  return skip(`No PostgreSQL 15 to 17 in ${DEBIAN}: apt-get install postgresql, or leave these tests to CI.`);
}
