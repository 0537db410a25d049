import type { ConfigurationProblem } from '@patchbay/core';
import { parseField, valueAt } from '../field-path.js';
import type { SourceText } from '../source-text.js';

/** Minimum length of a replaced secret. Shorter values occur in ordinary words. */
const MIN_LENGTH = 4;

/** Replaces resolved secrets in messages of the hub and of plugins. */
export function concealSecrets(
  problems: readonly ConfigurationProblem[],
  secrets: ReadonlySet<string>,
): ConfigurationProblem[] {
  // Longer secrets are replaced first, so that a secret that contains another secret is replaced as a whole.
  const values = [...secrets].filter((secret) => secret.length >= MIN_LENGTH).sort((a, b) => b.length - a.length);
  return problems.map((problem) => ({
    ...problem,
    message: values.reduce((message, secret) => message.replaceAll(secret, '…'), problem.message),
  }));
}

/** Replaces the values that came from references of a file in messages about the file. */
export function concealReferences(
  problems: readonly ConfigurationProblem[],
  { content, interpolated }: Pick<SourceText, 'content' | 'interpolated'>,
): ConfigurationProblem[] {
  const values = [...interpolated].map((field) => valueAt(content, parseField(field)));
  return concealSecrets(problems, new Set(values.filter((value) => typeof value === 'string')));
}
