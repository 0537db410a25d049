import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { until } from '@patchbay/testing/services';

/** Time limit in milliseconds for a command, and for the start of a server. `npm run build` may install packages. */
const LIMIT_MS = 1_200_000;

/** Program that a terminal started, and that runs until the reader ends it. */
export interface RunningCommand {
  /** Output so far. */
  readonly output: () => string;
  /** Ends the program as Ctrl-C does, and waits for its end. */
  stop(): Promise<void>;
}

/**
 * Terminal of a reader. Each command runs in bash with the folder, the exported variables and the umask that the previous
 * command left. A failed command throws an error with its output.
 */
export class Terminal {
  private readonly running: RunningCommand[] = [];

  /**
   * @param state path of the file that keeps the state of the terminal between commands
   * @param folder first folder
   * @param env variables of a new terminal
   */
  constructor(
    private readonly state: string,
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Runs a command to its end. Returns its output. */
  async run(command: string): Promise<string> {
    const { child, output } = this.bash(
      `${command}\n{ export -p; umask -p; printf 'cd %q\\n' "$PWD"; } > "$PATCHBAY_STATE"`,
    );
    const timer = setTimeout(() => signal(child, 'SIGKILL'), LIMIT_MS);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    if (code !== 0) throw new Error(`The command ended with ${String(code)}: ${command}\n${output()}`);
    return output();
  }

  /** Starts a command that runs until it is stopped. Resolves when its output contains the text. */
  async start(command: string, ready: string): Promise<RunningCommand> {
    const { child, output } = this.bash(command);
    const ended = once(child, 'close');
    const started: RunningCommand = {
      output,
      stop: async () => {
        signal(child, 'SIGINT');
        await ended;
      },
    };
    this.running.push(started);
    const isReady = (): boolean => child.exitCode !== null || output().includes(ready);
    await until(isReady, { what: `"${ready}" in the output of: ${command}`, timeoutMs: LIMIT_MS });
    if (!output().includes(ready)) throw new Error(`The command ended: ${command}\n${output()}`);
    return started;
  }

  /** Ends all programs that still run in this terminal. */
  async close(): Promise<void> {
    for (const one of this.running.splice(0)) await one.stop();
  }

  private bash(script: string): { readonly child: ChildProcess; readonly output: () => string } {
    const child = spawn(
      'bash',
      [
        '--noprofile',
        '--norc',
        '-e',
        '-o',
        'pipefail',
        '-c',
        `if [ -f "$PATCHBAY_STATE" ]; then . "$PATCHBAY_STATE"; fi\n${script}`,
      ],
      {
        cwd: this.folder,
        // Its own process group, so that a signal also reaches the programs that bash starts.
        detached: true,
        env: { ...this.env, PATCHBAY_STATE: this.state },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    return { child, output: () => text };
  }
}

/** Sends a signal to the process group of a program, unless the program has ended. */
function signal({ pid, exitCode, signalCode }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, name);
}
