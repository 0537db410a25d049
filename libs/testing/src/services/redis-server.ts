import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
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

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (data) => {
      resolve(data.toString('utf8').startsWith('+PONG'));
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

async function launch(program: string, folder: string, port: number): Promise<number | undefined> {
  const options = { bind: '127.0.0.1', port, dir: folder, logfile: join(folder, 'redis.log'), databases: DATABASES };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // The Redis process gets its own session, because the worker that starts it may end before the run ends.
  const child = spawn(program, [...args, '--save', '', '--appendonly', 'no'], { detached: true, stdio: 'ignore' });
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

/**
 * Starts a Redis without persistence on 127.0.0.1 and returns when Redis responds. The run's teardown stops the
 * process.
 * @param name name of the process's folder and of its record in the run
 * @param fixedPort port; if absent, a free port
 * @throws Error with the end of the log of Redis
 */
export async function startRedis(program: string, name: string, fixedPort?: number): Promise<RedisServer> {
  const folder = join(runFolder(), name);
  await mkdir(folder, { recursive: true });
  for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts += 1) {
    const port = fixedPort ?? (await freePort());
    const pid = await launch(program, folder, port);
    if (pid === undefined) continue; // Another process may have taken the port meanwhile.
    await recordServer(name, pid);
    return { pid, port };
  }
  const log = await readFile(join(folder, 'redis.log'), 'utf8').catch(() => 'no log');
  throw new Error(`${program} did not start. End of its log: ${log.slice(-1_000)}`);
}
