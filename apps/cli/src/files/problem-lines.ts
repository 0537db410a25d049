import type { ConfigurationProblem } from '@patchbay/core';
import { CliError } from '../cli-error.js';
import type { ReadBrandFile } from './brand-files.js';

/**
 * Returns the error with a line number for each problem. The hub reports only field names; the line numbers come from
 * the local files.
 */
export function withLines(error: CliError, files: readonly ReadBrandFile[]): CliError {
  const problems = error.problems.map((problem) => withLine(problem, files));
  return new CliError(error.message, error.hint, { ...error.details, problems });
}

/** Adds the line number in the local files to a problem. */
export function withLine(problem: ConfigurationProblem, files: readonly ReadBrandFile[]): ConfigurationProblem {
  const source = files.find(({ file }) => file === problem.file)?.source;
  if (source === undefined || problem.line !== undefined) return problem;
  for (let field = problem.field; ; field = field.replace(/(\.[^.[\]]*|\[\d+\]|^[^.[\]]*)$/, '')) {
    const location = source.sourceLocations.get(field);
    if (location !== undefined) return { ...problem, ...location };
    if (field === '') return problem;
  }
}
