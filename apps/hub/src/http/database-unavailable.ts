import { ProblemError } from './problem.js';

/** `Retry-After` of answers that failed because the database is unavailable. */
export const RETRY_AFTER_SECONDS = '5';

/** Builds a 503 with `Retry-After`, for routes that detect an unavailable database themselves. */
export function databaseUnavailable(): ProblemError {
  return new ProblemError(
    503,
    'The request failed, because the database is unavailable. Retry after Retry-After.',
    undefined,
    { 'retry-after': RETRY_AFTER_SECONDS },
  );
}
