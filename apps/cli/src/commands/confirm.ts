import { Readable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';

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

/** Texts about a confirmation. */
export interface Confirmation {
  readonly question: string;
  /** Result without the confirmation, without a full stop: `Nothing was sent`. */
  readonly refused: string;
  /** Hint if the command cannot ask. */
  readonly hint: string;
}

/**
 * Asks for confirmation unless the command has the option `--yes`.
 * @throws CliError without a confirmation, and if the command cannot ask: without a terminal, or with `--json`
 */
export async function requireConfirmation(
  context: CliContext,
  { yes, json }: { readonly yes?: boolean; readonly json?: boolean },
  { question, refused, hint }: Confirmation,
): Promise<void> {
  if (yes === true) return;
  if (context.stdin.isTTY !== true || json === true) {
    throw new CliError(`${refused}, because the command cannot ask for confirmation here.`, hint);
  }
  if (!(await confirm(context, question))) throw new CliError(`${refused}.`);
}
