import { CommanderError } from 'commander';
import type { CliContext } from './cli-context.js';
import { EXIT } from './cli-error.js';
import { Reporter } from './output/reporter.js';
import { createProgram } from './program.js';

export type { CliContext } from './cli-context.js';

/** Runs one command. Resolves with the exit code and never rejects. */
export async function main(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Commander has already printed its message. The exit code is 0 after --help and --version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return new Reporter(context, args.includes('--json')).failure(error);
  }
}
