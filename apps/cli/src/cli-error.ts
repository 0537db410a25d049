import type { ConfigurationProblem } from '@patchbay/core';

/** Exit codes of a command. `usage` means that the arguments are invalid. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Failure of a command, as it is printed. Never contains a secret. */
export class CliError extends Error {
  override readonly name = 'CliError';

  /**
   * @param message the problem and its place
   * @param hint how to fix the problem; absent if the message already says this
   */
  constructor(
    message: string,
    readonly hint?: string,
    readonly details: { readonly problems?: readonly ConfigurationProblem[]; readonly exitCode?: number } = {},
  ) {
    super(message);
  }

  get exitCode(): number {
    return this.details.exitCode ?? EXIT.failed;
  }

  get problems(): readonly ConfigurationProblem[] {
    return this.details.problems ?? [];
  }
}

/** Creates the error for invalid arguments. The command exits with 2. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError(message, hint, { exitCode: EXIT.usage });
}
