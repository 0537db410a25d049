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

/** A cluster with what is needed to start and stop its server. */
export interface Cluster {
  readonly path: string;
  readonly binaries: Binaries;
  readonly identity: Identity | undefined;
}

/**
 * An acknowledged event must survive `kill -9` of anything, so durability stays on whatever a
 * postgresql.conf says. Reachable over the loopback address only, and through no socket file.
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

/** The port was taken meanwhile, or the processes of a killed server are still letting go of its memory. */
const TRANSIENT_STATES = /could not (bind|create any TCP\/IP sockets)|shared memory block .* still in use/;
const MAX_ATTEMPTS = 20;
const BETWEEN_ATTEMPTS_MS = 250;
/** Milliseconds. */
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 10;
const LOG_LIMIT = 5 * 1024 * 1024;

const logOf = (cluster: string): string => join(cluster, 'server.log');

async function logSize(cluster: string): Promise<number> {
  return (await stat(logOf(cluster)).catch(() => undefined))?.size ?? 0;
}

/** What the server logged since; its own words are the best explanation there is. */
async function logSince(cluster: string, offset: number): Promise<string> {
  const log = await readFile(logOf(cluster)).catch(() => Buffer.alloc(0));
  return log.subarray(offset).toString('utf8').trim().slice(-2_000);
}

/**
 * Starts the server of a cluster on 127.0.0.1 and returns when it accepts connections.
 * It runs in a session of its own: Ctrl-C in a terminal reaches the hub alone, which then stops it.
 * @param port unset: a free one
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
 * Stops the server of a cluster: ends its connections, writes what is in memory, and returns when it is gone.
 * A server that is not running is fine.
 * @throws EmbeddedPostgresError when it is still there after 30 seconds
 */
export async function stopServer({ path, binaries, identity }: Cluster): Promise<void> {
  const args = ['stop', '-D', path, '-m', 'fast', '-w', '-t', '30', '-s'];
  const before = await findRunning(path, binaries, identity);
  const stamp = before === undefined ? undefined : await processStamp(before.pid);
  const { code, output } = await runProgram(binaries.pgCtl, args, { identity });
  if (code === 0) {
    // pg_ctl waits for postmaster.pid to go, which the process outlives by a moment.
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
