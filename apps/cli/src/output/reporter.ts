import { formatProblem } from '@patchbay/core';
import type { CliContext } from '../cli-context.js';
import { CliError, EXIT } from '../cli-error.js';
import { createPaint, type Paint } from './paint.js';
import { printable } from './printable.js';

/** Output of a command: text lines, or JSON documents with `--json`. */
export class Reporter {
  readonly paint: Paint;

  constructor(
    private readonly context: Pick<CliContext, 'env' | 'stdout' | 'stderr'>,
    readonly json: boolean,
  ) {
    this.paint = createPaint(context.env, context.stdout);
  }

  /** Prints a line of text. Prints nothing with `--json`. */
  line(text = ''): void {
    if (!this.json) this.context.stdout.write(`${text}\n`);
  }

  /** Prints a JSON document. Prints nothing without `--json`. */
  document(value: unknown): void {
    if (this.json) this.context.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Prints a warning to standard error. */
  warning(text: string): void {
    this.context.stderr.write(`${createPaint(this.context.env, this.context.stderr).warn('warning:')} ${text}\n`);
  }

  /** Prints a failure to standard error and returns the exit code. Unexpected errors are printed without a stack trace. */
  failure(error: unknown): number {
    const known = knownError(error);
    const { env, stderr } = this.context;
    if (this.json) stderr.write(`${JSON.stringify({ error: failureDocument(known) }, null, 2)}\n`);
    else stderr.write(`${failureLines(known, createPaint(env, stderr)).join('\n')}\n`);
    return known.exitCode;
  }
}

/** Returns an error with its problems and its hint as lines. */
export function failureLines(error: unknown, paint: Paint): readonly string[] {
  const { message, problems, hint } = knownError(error);
  return [
    `${paint.bad('error:')} ${message}`,
    ...problems.map((problem) => `  ${printable(formatProblem(problem), 1_000)}`),
    ...(hint === undefined ? [] : [hint]),
  ];
}

function failureDocument(error: CliError): object {
  return {
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.problems.length === 0 ? {} : { problems: error.problems }),
  };
}

function knownError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new CliError(`The command failed unexpectedly: ${printable(text)}`, undefined, { exitCode: EXIT.failed });
}
