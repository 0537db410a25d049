import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@patchbay/embedded';
import { recordServer, runFolder } from './run-folder.js';

/** A Redis process of ours. */
export interface RedisServer {
  readonly pid: number;
  readonly port: number;
}

/** More than there are test files; an unused one costs a few hundred bytes. */
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

/** Also asked after an answer: on a port that was taken meanwhile another server answers, and ours ends. */
const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

async function launch(program: string, folder: string, port: number): Promise<number | undefined> {
  const options = { bind: '127.0.0.1', port, dir: folder, logfile: join(folder, 'redis.log'), databases: DATABASES };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // In a session of its own: the worker that starts it may end before the run does.
  const child = spawn(program, [...args, '--save', '', '--appendonly', 'no'], { detached: true, stdio: 'ignore' });
  child.unref();
  child.on('error', () => undefined); // It has no number then.
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (isRunning(child) && Date.now() < deadline) {
    if ((await answersPing(port)) && isRunning(child)) return child.pid;
    await wait(20);
  }
  child.kill('SIGKILL');
  return undefined;
}

/**
 * Starts a Redis that keeps nothing on disk, on 127.0.0.1, and returns when it answers. The run's teardown stops it.
 * @param name of its folder and its record within the run
 * @param fixedPort unset: a free one
 * @throws Error with the end of its log
 */
export async function startRedis(program: string, name: string, fixedPort?: number): Promise<RedisServer> {
  const folder = join(runFolder(), name);
  await mkdir(folder, { recursive: true });
  for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts += 1) {
    const port = fixedPort ?? (await freePort());
    const pid = await launch(program, folder, port);
    if (pid === undefined) continue; // The port may have been taken meanwhile.
    await recordServer(name, pid);
    return { pid, port };
  }
  const log = await readFile(join(folder, 'redis.log'), 'utf8').catch(() => 'no log');
  throw new Error(`${program} did not start: ${log.slice(-1_000)}`);
}
