import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { JsonObject } from '@patchbay/core';
import { apiPath } from '../api/api-path.js';
import { HubClient } from '../api/hub-client.js';
import { isJsonObject } from '../api/json-reading.js';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { until } from './wait-until.js';

const READY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 30_000;
const LOG_LINES_SHOWN = 5;

/** Child process that runs the built hub in production mode. */
export class HubProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly exited: Promise<void>,
    private readonly log: string,
  ) {}

  /**
   * Starts the built hub.
   * @param options.args arguments of the entry point
   * @param options.log file for the output of the hub
   * @param options.cwd folder below which the hub stores its data
   */
  static start(options: {
    main: string;
    args?: readonly string[];
    cwd: string;
    env: Record<string, string>;
    log: string;
  }): HubProcess {
    if (!existsSync(options.main)) {
      throw new CliError('The hub is not built.', 'Run `npm run build`, or start the demo with `npm run demo`.');
    }
    const log = openSync(options.log, 'a');
    // The hub runs in its own process group, so that Ctrl-C reaches only the demo, which stops everything in order. If
    // the demo dies without stopping the hub, the hub notices that the IPC channel is closed.
    const child = spawn(process.execPath, [options.main, ...(options.args ?? [])], {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', log, log, 'ipc'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    closeSync(log);
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
      child.once('error', () => {
        resolve();
      });
    });
    return new HubProcess(child, exited, options.log);
  }

  get running(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when the hub is ready. Throws an error with the last log lines if the hub exits or is not ready in time. */
  async ready(url: string, signal: AbortSignal): Promise<void> {
    const client = new HubClient({ url });
    const answer = await until(
      async () => {
        if (!this.running) throw this.failure('The hub exited during its start.');
        const status = await client.request('get', apiPath('/health/ready')).then(
          ({ status: found }) => found,
          () => undefined,
        );
        return status === 200 ? true : undefined;
      },
      READY_TIMEOUT_MS,
      signal,
    );
    if (answer === undefined) throw this.failure(`The hub was not ready within ${READY_TIMEOUT_MS / 1_000} seconds.`);
  }

  /** Calls a function with each message that the hub sends to its parent. */
  onMessage(listener: (message: JsonObject) => void): void {
    this.child.on('message', (message) => {
      if (isJsonObject(message)) listener(message);
    });
  }

  /** Sends a message to the hub. */
  send(message: JsonObject): void {
    this.child.send(message);
  }

  /** Sends SIGTERM, then SIGKILL if the hub has not exited in time. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.child.kill('SIGTERM');
    const timer = new AbortController();
    const timeout = delay(STOP_TIMEOUT_MS, true, { signal: timer.signal }).catch(() => false);
    const isTimedOut = await Promise.race([timeout, this.exited.then(() => false)]);
    timer.abort();
    if (!isTimedOut) return;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private failure(message: string): CliError {
    const lines = existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n').slice(-LOG_LINES_SHOWN) : [];
    return new CliError(
      [message, ...lines.map((line) => `  ${printable(line, 300)}`)].join('\n'),
      `Check the full log: ${this.log}`,
    );
  }
}
