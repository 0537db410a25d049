import { ProblemError } from '../../http/problem.js';

/** Builds a ProblemError 400 for one invalid field of the body. */
export function fieldProblem(field: string, detail: string): ProblemError {
  return new ProblemError(400, 'Some fields of the body are invalid. Correct the fields in `errors`.', [
    { field, detail },
  ]);
}
