import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, unprivilegedIdentity } from '@patchbay/embedded';
import pg from 'pg';
import { killProcess } from './kill-process.js';
import { recordServer, runFolder } from './run-folder.js';
import { skip, type Skipped } from './skipped.js';

/** Database and settings of a PgBouncer. */
export interface PgBouncerOptions {
  /** Address of the database that PgBouncer serves, with the user and password for its connections to PostgreSQL. */
  readonly databaseUrl: string;
  /** Statements that PgBouncer runs on each new connection to PostgreSQL. */
  readonly connectQuery?: string;
  /** Further settings of `pgbouncer.ini`, by name. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** PgBouncer in transaction mode for one test. It stops at the end of the run if the test does not stop it. */
export interface PgBouncer {
  /** Address of the database through PgBouncer. */
  readonly url: string;
  /** Replaces the connections to PostgreSQL, so that changed settings of a role take effect. */
  reconnect(): Promise<void>;
  stop(): Promise<void>;
}

const MISSING = 'PgBouncer is not available for the tests. Run apt-get install pgbouncer or brew install pgbouncer.';
/** Debian installs PgBouncer in a folder that the PATH of a normal user may not have. */
const DEBIAN = '/usr/sbin';
const STARTS_WITHIN_MS = 20_000;
const ADMIN = 'patchbay-test';

/**
 * Starts a PgBouncer for one test on 127.0.0.1. If no PgBouncer is installed, prints a warning and returns `Skipped`;
 * throws if `CI` is set.
 */
export async function ownPgBouncer(options: PgBouncerOptions): Promise<PgBouncer | Skipped> {
  const program = await findProgram();
  if (program === undefined) return skip(MISSING);
  const name = `pgbouncer-${randomUUID().slice(0, 8)}`;
  const folder = join(runFolder(), name);
  const identity = await unprivilegedIdentity(); // PgBouncer refuses to run as root.
  await mkdir(folder);
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, configuration(options, folder, port));
  if (identity !== undefined) await chown(folder, identity.uid, identity.gid);
  // PgBouncer gets its own session, because the worker that starts it may end before the run ends.
  const child = spawn(program, [file], { detached: true, stdio: 'ignore', ...identity });
  child.unref();
  child.on('error', () => undefined); // A process that could not be started has no id.
  const { pid } = child;
  if (pid !== undefined) await recordServer(name, pid);
  const admin = `postgres://${ADMIN}@127.0.0.1:${port}/pgbouncer`;
  if (pid === undefined || !(await answers(admin, () => child.exitCode === null))) {
    const log = await readFile(join(folder, 'pgbouncer.log'), 'utf8').catch(() => 'no log');
    throw new Error(`${program} did not start. End of its log: ${log.slice(-1_000)}`);
  }
  return {
    url: `postgres://${ADMIN}@127.0.0.1:${port}/patchbay`,
    reconnect: () => command(admin, 'RECONNECT'),
    stop: () => killProcess(pid),
  };
}

async function findProgram(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of [...folders, DEBIAN]) {
    const program = join(folder, 'pgbouncer');
    if (await runs(program)) return program;
  }
  return undefined;
}

function runs(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: 10_000 }, (error) => resolve(error === null));
  });
}

/** Returns the text of `pgbouncer.ini`. Any client may connect, as the user of the address. */
function configuration(
  { databaseUrl, connectQuery, settings = {} }: PgBouncerOptions,
  folder: string,
  port: number,
): string {
  const { hostname, port: serverPort, pathname, username, password } = new URL(databaseUrl);
  const connection = {
    host: hostname,
    port: serverPort,
    dbname: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(connectQuery === undefined ? {} : { connect_query: connectQuery }),
  };
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    logfile: join(folder, 'pgbouncer.log'),
    pidfile: join(folder, 'pgbouncer.pid'),
    auth_type: 'any',
    admin_users: ADMIN,
    pool_mode: 'transaction',
    ...settings,
  };
  const quoted = Object.entries(connection).map(([key, value]) => `${key}='${value.replaceAll(`'`, `''`)}'`);
  const lines = Object.entries(all).map(([key, value]) => `${key} = ${value}`);
  return ['[databases]', `patchbay = ${quoted.join(' ')}`, '[pgbouncer]', ...lines, ''].join('\n');
}

async function answers(admin: string, isRunning: () => boolean): Promise<boolean> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (isRunning() && Date.now() < deadline) {
    try {
      await command(admin, 'SHOW VERSION');
      return isRunning();
    } catch {
      await wait(20);
    }
  }
  return false;
}

async function command(admin: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: admin, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}
