import { Readable } from 'node:stream';
import { main } from '../main.js';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process with the given environment and input. */
export async function runCli(
  args: readonly string[],
  options: {
    readonly env?: Record<string, string>;
    /** Content of standard input. */
    readonly input?: string;
    readonly terminal?: boolean;
  } = {},
): Promise<CliRun> {
  const written = { out: '', err: '' };
  const stdin = Object.assign(Readable.from(options.input === undefined ? [] : [Buffer.from(options.input)]), {
    isTTY: options.terminal === true,
  });
  const code = await main(args, {
    env: options.env ?? {},
    stdin,
    stdout: { write: (text: string) => (written.out += text), isTTY: false },
    stderr: { write: (text: string) => (written.err += text), isTTY: false },
  });
  return { code, ...written };
}
