import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { Identity } from './identity.js';

/** Result of a program: its exit code (null if a signal ended it) and the end of its output. */
export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/** Options for running a program. */
export interface RunOptions {
  /** User that the program runs as. Undefined for the current user. */
  readonly identity?: Identity | undefined;
  /** Text for the program's standard input. */
  readonly input?: string;
  /** Milliseconds after which the program is killed. */
  readonly timeoutMs?: number;
}

const KEPT_OUTPUT = 16_384;

/**
 * Returns the environment for PostgreSQL. It contains few variables, because the hub's environment holds secrets, and a
 * stray PGPORT or PGDATA would change the server's behaviour.
 */
function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C' };
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR', 'TZ', 'TZDIR', 'USERPROFILE']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/**
 * Runs a program without a shell and waits until it ends. The working directory of the program is `/`, because its user
 * may be unable to enter the current directory.
 * @throws the system's error (`ENOENT`, `EACCES`) if the program cannot be started
 */
export function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  const { identity, input = '', timeoutMs = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: environment(),
      stdio: 'pipe',
      windowsHide: true,
      ...(identity === undefined ? {} : { uid: identity.uid, gid: identity.gid }),
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.stdin.on('error', () => undefined); // The program may end without reading its input. Its exit code shows if it succeeded.
    child.stdin.end(input);
    // The timeout option of Node.js is not used, because it would keep this process waiting for a program that could
    // not be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      // Do not wait for the event "close" alone: on Windows the server keeps the pipes of pg_ctl open, so the event may
      // not occur.
      void Promise.race([closed, wait(250)]).then(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, output });
      });
    });
  });
}
