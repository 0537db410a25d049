import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { recordServer } from '@patchbay/testing/services';

/** What a process of the hub is told to become. */
export interface HubRole {
  /** The hub's variables, and what `${env:…}` in brand files finds. */
  readonly environment: Readonly<Record<string, string>>;
  readonly dataDirectory: string;
  /** Breaks the hub on purpose, to see whether the suite notices: a name in `sabotage.mjs`. */
  readonly sabotage?: string;
}

/** How a process came to its end. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const SHIFTED_CLOCK = new URL('../../fixtures/shifted-clock.mjs', import.meta.url).href;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../hub-process.mjs', import.meta.url));
const FROM_SOURCES = ['--conditions=patchbay-src', '--import', '@swc-node/register/esm-register'];
/** As `npm start` and the image run it: decision 0035. */
const HEAP = '--max-old-space-size=1024';
const KEPT_LINES = 400;

/** A real process that is, or can become, a hub. */
export class HubProcess {
  /** The end of its log, and of what it said on standard error: there it cries before it dies. */
  readonly log: string[] = [];
  readonly cries: string[] = [];
  /** Resolves when it has gone, however that came. */
  readonly ended: Promise<Ended>;
  private readonly loaded: Promise<void>;
  private readonly child: ChildProcess;

  /** @param clockShiftMs how far its wall clock is off, from its start to its end; its monotonic clock is right */
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
    this.child.on('error', (error) => keep(this.cries, error.message));
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => keep(this.log, text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => keep(this.cries, text));
    // A stopped process outlives us: whoever cleans up after this run has to know it.
    if (this.child.pid !== undefined) void recordServer(`hub-${this.child.pid}`, this.child.pid);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The process could not be started.');
    return this.child.pid;
  }

  get gone(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves when the hub is ready; rejects where it ends instead. */
  async become(role: HubRole): Promise<void> {
    await this.loaded;
    const ready = this.said('ready');
    this.send({ kind: 'start', ...role });
    await ready;
  }

  /** Its clock jumps, and is this much more off than at its start. */
  shiftClock(shiftMs: number): void {
    this.send({ kind: 'clock', shiftMs });
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.gone) this.child.kill(signal);
  }

  /** Ends it at once and returns when it has gone. */
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
        reject(new Error(`A hub ended (${signal ?? code}) before it was ${kind}: ${this.cries.slice(-5).join('\n')}`)),
      );
    });
  }
}

function keep(lines: string[], text: string): void {
  lines.push(...text.trimEnd().split('\n'));
  lines.splice(0, Math.max(0, lines.length - KEPT_LINES));
}
