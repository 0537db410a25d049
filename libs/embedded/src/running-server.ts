import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { errorCode } from './error-code.js';
import type { Identity } from './identity.js';
import { parsePostmasterFile } from './postmaster-file.js';
import { isAlive } from './process-stamp.js';
import { runProgram } from './run-program.js';

/** Server that accepts connections on 127.0.0.1. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

const SETTLE_TIMEOUT_MS = 60_000;
const POLL_MS = 20;

/**
 * Returns a process's command line, with arguments separated by spaces or zero bytes; undefined if it cannot be read.
 */
async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  const { code, output } = await runProgram('ps', ['-o', 'command=', '-p', String(pid)]);
  return code === 0 ? output.trim() : undefined;
}

/**
 * Returns true if the process is the server of this cluster, and not another process that reuses the pid of the server.
 */
async function serves(pid: number, cluster: string, binaries: Binaries, identity: Identity | undefined) {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') {
    return (await runProgram(binaries.pgCtl, ['status', '-D', cluster], { identity })).code === 0;
  }
  const line = await commandLine(pid);
  return (
    line !== undefined && line.includes('postgres') && line.split(/[\0 ]-D[\0 ]?/).some((rest) => names(rest, cluster))
  );
}

const names = (rest: string, cluster: string): boolean =>
  rest === cluster || rest.startsWith(`${cluster}\0`) || rest.startsWith(`${cluster} `);

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
  });
}

async function postmasterFile(cluster: string) {
  try {
    return parsePostmasterFile(await readFile(join(cluster, 'postmaster.pid'), 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Finds a server that already runs on a cluster, such as a server that a killed hub left. Waits until the server has
 * started or stopped. After a crash of the machine, the status file may contain the pid of another process, which would
 * keep PostgreSQL from starting. In that case this function removes the file and does not touch the process.
 * @throws EmbeddedPostgresError if the server neither starts nor stops
 */
export async function findRunning(
  cluster: string,
  binaries: Binaries,
  identity: Identity | undefined,
): Promise<RunningServer | undefined> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    const file = await postmasterFile(cluster);
    if (file === undefined) return undefined;
    if (!(await serves(file.pid, cluster, binaries, identity))) {
      if (isAlive(file.pid)) await rm(join(cluster, 'postmaster.pid'), { force: true });
      return undefined;
    }
    // The status file of a server that is being killed still says `ready` for a moment, so the port of the server is
    // tested.
    if (file.status === 'ready' && file.port !== undefined && (await accepts(file.port))) {
      return { pid: file.pid, port: file.port };
    }
    if (performance.now() > deadline) {
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL in ${cluster} (process ${file.pid}) has had the status ` +
          `"${file.status ?? 'starting'}" for a minute. ` +
          `Find the reason in ${join(cluster, 'server.log')}.`,
      );
    }
    await wait(POLL_MS);
  }
}
