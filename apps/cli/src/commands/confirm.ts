import { Readable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import type { CliContext } from '../cli-context.js';

/** Asks a question on a terminal. Returns true only for the answers `y` and `yes`. Returns false if the input ends. */
export async function confirm(context: CliContext, question: string): Promise<boolean> {
  context.stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: Readable.from(context.stdin) });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    return false;
  } finally {
    lines.close();
  }
}
