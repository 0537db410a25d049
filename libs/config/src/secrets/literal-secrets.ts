import type { ConfigurationProblem } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';

/**
 * Where secrets stand: every text and number at or below a path.
 * @param at where `value` stands
 * @param below the secret part of it: `keys.*.secret`, `*` for every entry; empty for all of it
 */
export function findSecrets(value: unknown, at: FieldPath, below: readonly string[] = []): FieldPath[] {
  const [wanted, ...rest] = below;
  if (typeof value === 'object' && value !== null) {
    const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    return entries
      .filter(([key]) => wanted === undefined || wanted === '*' || wanted === String(key))
      .flatMap(([key, child]) => findSecrets(child, [...at, key], rest));
  }
  const isSecret = typeof value === 'number' || (typeof value === 'string' && value !== '');
  return isSecret && wanted === undefined ? [at] : [];
}

/**
 * The secrets that stand in a file as they are, without a reference being part of them. A file is copied, shown and
 * committed, so a secret must not be in it.
 */
export function literalSecrets(source: SourceText, secrets: readonly FieldPath[]): ConfigurationProblem[] {
  return secrets
    .filter((path) => !source.interpolated.has(formatField(path)))
    .map((path) =>
      problemAt(
        source,
        path,
        'a secret must not stand in a file: write ${env:NAME} instead, and set NAME in the environment',
      ),
    );
}
