import type { ConfigurationProblem, Json } from '@patchbay/core';
import { formatField, type FieldPath } from './field-path.js';

/** File and line of a value. */
export interface SourceLocation {
  readonly file: string;
  /** Line number, from 1. */
  readonly line: number;
}

/** Configuration with the source location of each value. */
export interface SourceText {
  readonly content: Json;
  /** Locations by {@link formatField}. Empty if the content did not come from a file. */
  readonly sourceLocations: ReadonlyMap<string, SourceLocation>;
  /** Fields whose text contains a resolved `${env:…}` or `${file:…}`. Their values must not appear in any output. */
  readonly interpolated: ReadonlySet<string>;
}

/** Creates a problem with the source location of the field, or of its nearest parent that has a location. */
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
