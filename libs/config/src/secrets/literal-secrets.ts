import type { ConfigurationProblem } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';

/**
 * The secrets that stand in a file as they are: every value at or below a path that no reference is part of. A file is
 * copied, shown and committed, so a secret must not be in it.
 * @param at where `value` stands
 * @param below the secret part of it: `keys.*.secret`, `*` for every entry; empty for all of it
 */
export function findLiteralSecrets(
  source: SourceText,
  value: unknown,
  at: FieldPath,
  below: readonly string[] = [],
): ConfigurationProblem[] {
  const [wanted, ...rest] = below;
  if (typeof value === 'object' && value !== null) {
    const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    return entries
      .filter(([key]) => wanted === undefined || wanted === '*' || wanted === String(key))
      .flatMap(([key, child]) => findLiteralSecrets(source, child, [...at, key], rest));
  }
  const literal = typeof value === 'number' || (typeof value === 'string' && value !== '');
  if (!literal || wanted !== undefined || source.interpolated.has(formatField(at))) return [];
  return [
    problemAt(
      source,
      at,
      'a secret must not stand in a file: write ${env:NAME} instead, and set NAME in the environment',
    ),
  ];
}
