import { ProblemError } from './problem.js';

/** Builds a ProblemError 404. A brand outside the key's scope gets the same error as a brand that does not exist. */
export function brandNotFound(name: string): ProblemError {
  return new ProblemError(
    404,
    `There is no brand ${JSON.stringify(name)} that your key covers. Check the name of the brand and the brands of ` +
      'your key.',
  );
}
