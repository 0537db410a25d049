import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@patchbay/embedded';
import { recordServer, runFolder } from './run-folder.js';

/** Redis process that the tests started. */
export interface RedisServer {
  readonly pid: number;
  readonly port: number;
}

/** Number of databases: more than there are test files, because an unused database costs only a few hundred bytes. */
const DATABASES = 4096;
const STARTS_WITHIN_MS = 20_000;
const MAX_ATTEMPTS = 5;

/** Returns true if a server answers, also with an error because it needs a password. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (data) => {
      resolve(/^(\+PONG|-NOAUTH)/.test(data.toString('utf8')));
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}

/**
 * Returns true while the process runs. Check this even after a response on the port: if another server took the port
 * meanwhile, that server responds, and this process ends.
 */
const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

async function launch(program: string, args: readonly string[], port: number): Promise<number | undefined> {
  // The Redis process gets its own session, because the worker that starts it may end before the run ends.
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.unref();
  child.on('error', () => undefined); // A process that could not be started has no id.
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (isRunning(child) && Date.now() < deadline) {
    if ((await answersPing(port)) && isRunning(child)) return child.pid;
    await wait(20);
  }
  child.kill('SIGKILL');
  return undefined;
}

/** Options of a Redis process. */
export interface RedisServerOptions {
  /** Port; if absent, a free port. */
  readonly port?: number;
  /** Further settings of `redis.conf`, by name. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Content of the configuration file of a Sentinel. If present, the process is a Sentinel. */
  readonly sentinel?: string;
}

/**
 * Starts a Redis without persistence on 127.0.0.1 and returns when Redis responds. The run's teardown stops the
 * process.
 * @param name name of the process's folder and of its record in the run
 * @throws Error with the end of the log of Redis
 */
export async function startRedis(
  program: string,
  name: string,
  options: RedisServerOptions = {},
): Promise<RedisServer> {
  const folder = join(runFolder(), name);
  await mkdir(folder, { recursive: true });
  for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts += 1) {
    const port = options.port ?? (await freePort());
    const pid = await launch(program, await commandLine(folder, port, options), port);
    if (pid === undefined) continue; // Another process may have taken the port meanwhile.
    await recordServer(name, pid);
    return { pid, port };
  }
  const log = await readFile(join(folder, 'redis.log'), 'utf8').catch(() => 'no log');
  throw new Error(`${program} did not start. End of its log: ${log.slice(-1_000)}`);
}

async function commandLine(
  folder: string,
  port: number,
  { settings = {}, sentinel }: RedisServerOptions,
): Promise<readonly string[]> {
  const common = { bind: '127.0.0.1', port, dir: folder, logfile: join(folder, 'redis.log') };
  const all = sentinel === undefined ? { ...common, databases: DATABASES, appendonly: 'no', ...settings } : common;
  const args = Object.entries(all).flatMap(([key, value]) => [`--${key}`, String(value)]);
  if (sentinel === undefined) return [...args, '--save', ''];
  const file = join(folder, 'sentinel.conf'); // Sentinel writes what it learns into this file.
  await writeFile(file, sentinel);
  return [file, '--sentinel', ...args];
}
