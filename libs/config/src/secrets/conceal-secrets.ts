import type { ConfigurationProblem } from '@patchbay/core';

/** Shorter values would turn up in ordinary words. Nothing else quotes the value of an interpolated field. */
const MIN_LENGTH = 4;

/** The last guard: whatever part of the hub or a plugin wrote a message, no resolved secret leaves in it. */
export function concealSecrets(
  problems: readonly ConfigurationProblem[],
  secrets: ReadonlySet<string>,
): ConfigurationProblem[] {
  // The longest first, so that a secret that contains another one is not left in pieces.
  const values = [...secrets].filter((secret) => secret.length >= MIN_LENGTH).sort((a, b) => b.length - a.length);
  return problems.map((problem) => ({
    ...problem,
    message: values.reduce((message, secret) => message.replaceAll(secret, '…'), problem.message),
  }));
}
