import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { HubClient } from '../api/hub-client.js';
import { CliError } from '../cli-error.js';
import { printable } from '../output/printable.js';
import { until } from './wait-until.js';

const READY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 30_000;
const LOG_LINES_SHOWN = 5;

/** A hub as a process of its own, as it runs in production. */
export class HubProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly exited: Promise<void>,
    private readonly log: string,
  ) {}

  /**
   * Starts the built hub.
   * @param options.log the file that takes everything it says
   * @param options.cwd its data goes below this folder
   */
  static start(options: { main: string; cwd: string; env: Record<string, string>; log: string }): HubProcess {
    if (!existsSync(options.main)) {
      throw new CliError('The hub is not built.', 'Run `npm run build` first, or the demo as `npm run demo`.');
    }
    const log = openSync(options.log, 'a');
    // A group of its own: Ctrl-C reaches the demo alone, which then stops things in order. The channel tells the hub
    // when the demo is gone without having stopped it.
    const child = spawn(process.execPath, [options.main], {
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

  /** Resolves when the hub takes events. Throws with the end of its log where it does not come to that. */
  async ready(url: string, signal: AbortSignal): Promise<void> {
    const client = new HubClient({ url });
    const answer = await until(
      async () => {
        if (!this.running) throw this.failure('The hub ended while it started.');
        const status = await client.request('GET', '/health/ready').then(
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

  /** Asks the hub to end, and makes it end where it does not in time. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.child.kill('SIGTERM');
    const patience = new AbortController();
    const late = delay(STOP_TIMEOUT_MS, true, { signal: patience.signal }).catch(() => false);
    const tooLate = await Promise.race([late, this.exited.then(() => false)]);
    patience.abort();
    if (!tooLate) return;
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private failure(message: string): CliError {
    const lines = existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n').slice(-LOG_LINES_SHOWN) : [];
    return new CliError(
      [message, ...lines.map((line) => `  ${printable(line, 300)}`)].join('\n'),
      `All of it: ${this.log}`,
    );
  }
}
