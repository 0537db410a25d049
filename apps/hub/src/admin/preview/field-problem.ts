import { ProblemError } from '../../http/problem.js';

/** A field of the body that does not fit what the hub knows. */
export function fieldProblem(field: string, detail: string): ProblemError {
  return new ProblemError(400, 'Some fields of the body do not fit.', [{ field, detail }]);
}
