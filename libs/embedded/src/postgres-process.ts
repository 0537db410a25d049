import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { freePort } from './free-port.js';
import type { Identity } from './identity.js';
import { findRunning, type RunningServer } from './running-server.js';
import { isStampAlive, processStamp } from './process-stamp.js';
import { runProgram } from './run-program.js';

/** Cluster, with the programs that start and stop its server, and the user that runs them. */
export interface Cluster {
  readonly path: string;
  readonly binaries: Binaries;
  readonly identity: Identity | undefined;
}

/**
 * Server settings. Durability is always on, even if postgresql.conf turns it off, because an acknowledged event must
 * survive `kill -9` of any process. The server listens on the loopback address only and has no Unix socket.
 */
const SETTINGS: readonly string[] = [
  'listen_addresses=127.0.0.1',
  ...(process.platform === 'win32' ? [] : ["unix_socket_directories=''"]),
  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'max_connections=200',
  'shared_buffers=64MB',
];

/**
 * Matches messages of failures that a retry may fix: another process took the port, or processes of a killed server
 * still hold the shared memory.
 */
const TRANSIENT_STATES = /could not (bind|create any TCP\/IP sockets)|shared memory block .* still in use/;
const MAX_ATTEMPTS = 20;
const BETWEEN_ATTEMPTS_MS = 250;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 10;
const LOG_LIMIT = 5 * 1024 * 1024;

const logOf = (cluster: string): string => join(cluster, 'server.log');

async function logSize(cluster: string): Promise<number> {
  return (await stat(logOf(cluster)).catch(() => undefined))?.size ?? 0;
}

/** Returns the text that the server logged since an offset, to explain a failure. */
async function logSince(cluster: string, offset: number): Promise<string> {
  const log = await readFile(logOf(cluster)).catch(() => Buffer.alloc(0));
  return log.subarray(offset).toString('utf8').trim().slice(-2_000);
}

/**
 * Starts the server of a cluster on 127.0.0.1 and returns when the server accepts connections. The server runs in its
 * own session, so that Ctrl-C in a terminal reaches only the hub, which then stops the server.
 * @param port if undefined, a free port is used
 * @throws EmbeddedPostgresError with the end of the server's log
 */
export async function startServer({ path, binaries, identity }: Cluster, port?: number): Promise<RunningServer> {
  if ((await logSize(path)) > LOG_LIMIT) await rename(logOf(path), `${logOf(path)}.old`);
  for (let attempts = 1; ; attempts += 1) {
    const before = await logSize(path);
    const options = [`port=${port ?? (await freePort())}`, ...SETTINGS].map((setting) => `-c ${setting}`).join(' ');
    const { code, output } = await runProgram(
      binaries.pgCtl,
      ['start', '-D', path, '-w', '-t', '60', '-s', '-l', logOf(path), '-o', options],
      { identity },
    );
    const running = code === 0 ? await findRunning(path, binaries, identity) : undefined;
    if (running !== undefined) return running;
    const log = await logSince(path, before);
    if (attempts >= MAX_ATTEMPTS || !TRANSIENT_STATES.test(log)) {
      throw new EmbeddedPostgresError(`The embedded PostgreSQL in ${path} did not start: ${log || output.trim()}`);
    }
    await wait(BETWEEN_ATTEMPTS_MS);
  }
}

/**
 * Stops the server of a cluster: ends its connections, writes its memory to disk, and returns when its process has
 * ended. Does nothing if the server is not running.
 * @throws EmbeddedPostgresError if the server still runs after 30 seconds
 */
export async function stopServer({ path, binaries, identity }: Cluster): Promise<void> {
  const args = ['stop', '-D', path, '-m', 'fast', '-w', '-t', '30', '-s'];
  const before = await findRunning(path, binaries, identity);
  const stamp = before === undefined ? undefined : await processStamp(before.pid);
  const { code, output } = await runProgram(binaries.pgCtl, args, { identity });
  if (code === 0) {
    // pg_ctl only waits until postmaster.pid is removed, which happens shortly before the process of the server ends.
    if (stamp !== undefined) await ended(stamp);
    return;
  }
  const running = await findRunning(path, binaries, identity);
  if (running === undefined) return;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL in ${path} (process ${running.pid}) did not stop: ${output.trim()}`,
  );
}

async function ended(stamp: string): Promise<void> {
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while ((await isStampAlive(stamp)) && performance.now() < deadline) await wait(POLL_MS);
}
