import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';

const END_GRACE_MS = 15_000;

/** Running processes that the benchmark started. The benchmark ends these processes when it ends itself. */
const running = new Set();

/** Child process of the benchmark. */
export class Child {
  #process;
  #name;
  #log;

  /**
   * Starts a script with Node.js. Writes the script's output to the file `log`. The child has an IPC channel to this
   * process and ends when this process ends.
   */
  static node(name, args, { env = {}, cwd, log }) {
    return new Child(name, process.execPath, args, { env, cwd, log, channel: true });
  }

  /** Starts a program that is not a Node.js script. */
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

  /** Sends a message to the child and resolves with its response. */
  ask(question) {
    return new Promise((resolve, reject) => {
      const answered = (answer) => {
        void settle(() => resolve(answer));
      };
      const ended = () => settle(() => reject(this.failure('ended before it answered a request')));
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

  /** Resolves with the first message of the child, which means that the child is ready. */
  ready() {
    return new Promise((resolve, reject) => {
      this.#process.once('message', resolve);
      void this.gone.then(() => reject(this.failure('ended before it was ready')));
    });
  }

  /** Sends SIGTERM, and SIGKILL if the process does not end in time. Resolves when the process has ended. */
  async end() {
    if (this.hasEnded) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_GRACE_MS);
    await this.gone;
    clearTimeout(timer);
  }

  /** Sends SIGKILL. Resolves when the process has ended. */
  async kill() {
    this.#process.kill('SIGKILL');
    await this.gone;
  }

  /** Creates an error that contains the last lines of the process's output. */
  failure(what) {
    const words = readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
    return new Error(`${this.#name} ${what}. Last lines of its output:\n${words}`);
  }
}

/** Ends all running child processes. */
export async function endAllChildren() {
  await Promise.all([...running].map((child) => child.end()));
}
