import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { recordServer } from '@patchbay/testing/services';

/** Configuration of a hub process. */
export interface HubRole {
  /** Environment variables of the hub, including the variables to which `${env:…}` in brand files refers. */
  readonly environment: Readonly<Record<string, string>>;
  readonly dataDirectory: string;
  /**
   * Name of a bug in `sabotage.mjs` that the process injects into the hub. Undefined if the hub has no injected bug.
   */
  readonly sabotage?: string;
}

/** Exit code and signal of an ended process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const SHIFTED_CLOCK = new URL('../../fixtures/shifted-clock.mjs', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../hub-process.mjs', import.meta.url));
const FROM_SOURCES = ['--conditions=patchbay-src', '--import', '@swc-node/register/esm-register'];
/** Heap limit of `npm start` and of the container image, from decision 0035. */
const HEAP = '--max-old-space-size=1024';
const KEPT_LINES = 2_000;

/** Process that runs a hub, or has loaded the hub's modules and can start a hub. */
export class HubProcess {
  /** Last lines of standard output. */
  readonly log: string[] = [];
  /** Last lines of standard error, which include the error of a crash. */
  readonly errorLines: string[] = [];
  /** Resolves when the process has ended for any reason. */
  readonly ended: Promise<Ended>;
  private readonly loaded: Promise<void>;
  private readonly child: ChildProcess;

  /**
   * @param clockShiftMs constant error of the process's wall clock, in milliseconds; the monotonic clock is not changed
   */
  constructor(fromSources: boolean, clockShiftMs = 0) {
    this.child = fork(SCRIPT, [], {
      cwd: ROOT,
      execArgv: ['--no-warnings', HEAP, '--import', SHIFTED_CLOCK, ...(fromSources ? FROM_SOURCES : [])],
      env: { ...process.env, PATCHBAY_TEST_CLOCK_SHIFT_MS: String(clockShiftMs) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
    this.loaded = this.said('loaded');
    this.loaded.catch(() => undefined);
    this.child.on('error', (error) => keep(this.errorLines, error.message));
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => keep(this.log, text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => keep(this.errorLines, text));
    // A hub process that is stopped (SIGSTOP) can remain after the suite's process has ended. The next run can end the
    // hub process, because its id is recorded.
    if (this.child.pid !== undefined) void recordServer(`hub-${this.child.pid}`, this.child.pid);
  }

  get pid(): number {
    if (this.child.pid === undefined)
      throw new Error('The hub process failed to start, so it has no process id. Check that Node.js can be run.');
    return this.child.pid;
  }

  get gone(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Starts the hub in this process. Resolves when the hub is ready; rejects if the process ends first. */
  async become(role: HubRole): Promise<void> {
    await this.loaded;
    const ready = this.said('ready');
    this.send({ kind: 'start', ...role });
    await ready;
  }

  /** Shifts the wall clock of the hub process, in addition to its constant error. */
  shiftClock(shiftMs: number): void {
    this.send({ kind: 'clock', shiftMs });
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.gone) this.child.kill(signal);
  }

  /** Kills the hub process and resolves when it has ended. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  private send(message: object): void {
    if (!this.gone && this.child.connected) this.child.send(message, () => undefined);
  }

  private said(kind: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const listen = (message: unknown): void => {
        if (typeof message !== 'object' || message === null || Reflect.get(message, 'kind') !== kind) return;
        this.child.off('message', listen);
        resolve();
      };
      this.child.on('message', listen);
      void this.ended.then(({ code, signal }) =>
        reject(
          new Error(
            `A hub process ended (${signal ?? code}) before it was ${kind}. Its last errors: ` +
              this.errorLines.slice(-20).join('\n'),
          ),
        ),
      );
    });
  }
}

function keep(lines: string[], text: string): void {
  lines.push(...text.trimEnd().split('\n'));
  lines.splice(0, Math.max(0, lines.length - KEPT_LINES));
}
