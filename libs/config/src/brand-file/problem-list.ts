import type { ConfigurationProblem } from '@patchbay/core';
import { formatField, type FieldPath } from '../field-path.js';
import { problemAt, type SourceText } from '../source-text.js';

/** Collects the problems of one configuration. */
export class ProblemList {
  readonly problems: ConfigurationProblem[] = [];

  constructor(private readonly source: SourceText) {}

  add(path: FieldPath, message: string): void {
    this.problems.push(problemAt(this.source, path, message));
  }

  /** `"value"`; without its value where it came from a reference. */
  quote(path: FieldPath, value: string): string {
    return this.source.interpolated.has(formatField(path)) ? 'the value of the reference' : JSON.stringify(value);
  }
}
