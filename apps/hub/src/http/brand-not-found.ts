import { ProblemError } from './problem.js';

/** There is no such brand, or none that the caller may know of: both are told in the same words. */
export function brandNotFound(name: string): ProblemError {
  return new ProblemError(404, `There is no brand ${JSON.stringify(name)}.`);
}
