import type { ConfigurationProblem, Json } from '@patchbay/core';
import { formatField, type FieldPath } from './field-path.js';

/** Where a value was written. */
export interface SourceLocation {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** A configuration as it was written, and where each of its values stands. */
export interface SourceText {
  readonly content: Json;
  /** By {@link formatField}. Empty for what did not come from a file. */
  readonly sourceLocations: ReadonlyMap<string, SourceLocation>;
  /** Fields whose text came in part from `${env:…}` or `${file:…}`: their values are never told. */
  readonly interpolated: ReadonlySet<string>;
}

/** A problem at a field, with the source location of the field, or of its nearest parent that has one. */
export function problemAt(
  source: Pick<SourceText, 'sourceLocations'>,
  path: FieldPath,
  message: string,
): ConfigurationProblem {
  const problem = { field: formatField(path), message };
  for (let length = path.length; length >= 0; length--) {
    const location = source.sourceLocations.get(formatField(path.slice(0, length)));
    if (location !== undefined) return { file: location.file, line: location.line, ...problem };
  }
  return problem;
}
