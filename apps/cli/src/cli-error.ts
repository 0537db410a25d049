import type { ConfigurationProblem } from '@patchbay/core';

/** How a command ends: 0 it worked, 1 the thing failed, 2 it was called wrongly. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** What a person is told when a command fails. Never holds a secret. */
export class CliError extends Error {
  override readonly name = 'CliError';

  /**
   * @param message what is wrong, and where
   * @param hint what to do about it; absent if the message already says it
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

/** The command was called wrongly: ends with 2. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError(message, hint, { exitCode: EXIT.usage });
}
