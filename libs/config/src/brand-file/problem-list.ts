import type { ConfigurationProblem } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';

/** Collector of the problems of one configuration. */
export class ProblemList {
  readonly problems: ConfigurationProblem[] = [];

  constructor(private readonly source: SourceText) {}

  add(path: FieldPath, message: string): void {
    this.problems.push(problemAt(this.source, path, message));
  }

  /** Quotes a value in a problem. Does not show a value that came from a reference, because it may be a secret. */
  quote(path: FieldPath, value: string): string {
    return this.source.interpolated.has(formatField(path)) ? 'the value of the reference' : JSON.stringify(value);
  }
}
