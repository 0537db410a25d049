import type { ConfigurationProblem } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';

/**
 * Lists the paths of all texts and numbers at or below a path.
 * @param at path of `value`
 * @param below path of the secret part within `value`, for example `keys.*.secret` with `*` for every entry; empty if
 *   the whole value is secret
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
 * Reports secrets that a file contains literally, without a reference. Files are copied, shown and committed, so they
 * must not contain secrets.
 */
export function literalSecrets(source: SourceText, secrets: readonly FieldPath[]): ConfigurationProblem[] {
  return secrets
    .filter((path) => !source.interpolated.has(formatField(path)))
    .map((path) =>
      problemAt(
        source,
        path,
        'a secret must not be written in a file: write ${env:NAME} instead, and set NAME in the environment',
      ),
    );
}
