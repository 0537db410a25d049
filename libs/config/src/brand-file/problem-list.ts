import type { ConfigurationProblem } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';

/** Maximum number of warnings about one configuration. */
const MAX_WARNINGS = 200;

/** Collector of the problems and warnings of one configuration. */
export class ProblemList {
  readonly problems: ConfigurationProblem[] = [];
  readonly warnings: ConfigurationProblem[] = [];

  constructor(private readonly source: SourceText) {}

  add(path: FieldPath, message: string): void {
    this.problems.push(problemAt(this.source, path, message));
  }

  /** Adds a warning, which does not refuse the configuration. */
  warn(path: FieldPath, message: string): void {
    if (this.warnings.length < MAX_WARNINGS) this.warnings.push(problemAt(this.source, path, message));
  }

  /** Quotes a value in a problem. Does not show a value that came from a reference, because it may be a secret. */
  quote(path: FieldPath, value: string): string {
    return this.source.interpolated.has(formatField(path)) ? 'the value of the reference' : JSON.stringify(value);
  }
}
