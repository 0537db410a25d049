import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';

const END_GRACE_MS = 15_000;

/** Every process that the benchmark started and that still runs, so that all of them end with it. */
const running = new Set();

/** A process of the benchmark's own. */
export class Child {
  #process;
  #name;
  #log;

  /**
   * Starts Node on a script. Its output goes to `log`, a file, as under a service manager; it has a channel to us, so
   * that it ends when we do.
   */
  static node(name, args, { env = {}, cwd, log }) {
    return new Child(name, process.execPath, args, { env, cwd, log, channel: true });
  }

  /** Starts a program. */
  static program(name, file, args, { env = {}, cwd, log }) {
    return new Child(name, file, args, { env, cwd, log, channel: false });
  }

  constructor(name, file, args, { env, cwd, log, channel }) {
    this.#name = name;
    this.#log = log;
    const output = openSync(log, 'a');
    this.#process = spawn(file, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output, ...(channel ? ['ipc'] : [])],
      serialization: 'advanced',
    });
    closeSync(output);
    this.gone = new Promise((resolve) => {
      this.#process.once('exit', resolve);
      this.#process.once('error', resolve);
    });
    running.add(this);
    void this.gone.then(() => running.delete(this));
  }

  get pid() {
    return this.#process.pid;
  }

  get hasEnded() {
    return this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Asks it something and resolves with its answer. */
  ask(question) {
    return new Promise((resolve, reject) => {
      const answered = (answer) => {
        void settle(() => resolve(answer));
      };
      const ended = () => settle(() => reject(this.failure('ended while it was asked something')));
      const settle = (end) => {
        this.#process.off('message', answered);
        this.#process.off('exit', ended);
        end();
      };
      this.#process.once('message', answered);
      this.#process.once('exit', ended);
      this.#process.send(question, (error) => {
        if (error) ended();
      });
    });
  }

  /** Resolves with its first message. */
  ready() {
    return new Promise((resolve, reject) => {
      this.#process.once('message', resolve);
      void this.gone.then(() => reject(this.failure('ended before it was ready')));
    });
  }

  /** Ends it, in order if it lets itself be asked, and resolves when it has gone. */
  async end() {
    if (this.hasEnded) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_GRACE_MS);
    await this.gone;
    clearTimeout(timer);
  }

  /** Ends it at once, and resolves when it has gone. */
  async kill() {
    this.#process.kill('SIGKILL');
    await this.gone;
  }

  /** What went wrong with it, and its last words. */
  failure(what) {
    const words = readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
    return new Error(`${this.#name} ${what}. The end of its output:\n${words}`);
  }
}

/** Ends whatever still runs, each by its own id. */
export async function endAllChildren() {
  await Promise.all([...running].map((child) => child.end()));
}
