import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { Identity } from './identity.js';

/** How a program ended: its exit code (null when a signal ended it) and the end of what it wrote. */
export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/** How a program is run; all of it may be left out. */
export interface RunOptions {
  /** The user it runs as; undefined: the one we are. */
  readonly identity?: Identity | undefined;
  /** Text for its standard input. */
  readonly input?: string;
  /** Milliseconds after which it is ended. */
  readonly timeoutMs?: number;
}

const KEPT_OUTPUT = 16_384;

/**
 * What PostgreSQL sees of our environment. Not all of it: the hub's holds secrets, and a stray PGPORT or
 * PGDATA would change what the server does.
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
 * Runs a program to its end, from `/` (the current folder may be closed to the other user) and never
 * through a shell.
 * @throws the system's error (`ENOENT`, `EACCES`) when it cannot be started at all.
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
    child.stdin.on('error', () => undefined); // It may end without reading; its exit code tells.
    child.stdin.end(input);
    // Not spawn's own timeout, which keeps our process waiting for a program that could not be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const closed = new Promise<void>((done) => child.once('close', () => done()));
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      // Not "close" alone: on Windows the server keeps the pipes of the pg_ctl that started it.
      void Promise.race([closed, wait(250)]).then(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, output });
      });
    });
  });
}
