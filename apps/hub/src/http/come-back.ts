import { ProblemError } from './problem.js';

/** Of every answer that the database's absence is to blame for. */
export const RETRY_AFTER_SECONDS = '5';

/** A 503 that says when to come back: for the routes that find out themselves that the database is away. */
export function databaseDoesNotAnswer(): ProblemError {
  return new ProblemError(503, 'The database does not answer.', undefined, { 'retry-after': RETRY_AFTER_SECONDS });
}
