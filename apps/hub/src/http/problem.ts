import type { NeedsConfirmation } from '@patchbay/core';

/** Error response of RFC 9457 (`application/problem+json`). */
export interface Problem {
  readonly type: 'about:blank';
  readonly status: number;
  readonly title: string;
  /** Problem and how to fix it. */
  readonly detail?: string;
  /** Invalid fields. */
  readonly errors?: readonly FieldError[];
  /** Waiting deliveries that a change would affect. Set if the change needs a confirmation. */
  readonly affectedDeliveries?: NeedsConfirmation['affectedDeliveries'];
  readonly leavesPiiLess?: NeedsConfirmation['leavesPiiLess'];
}

/** An invalid field. */
export interface FieldError {
  /** Path of the field: `filter.from`, `events.0`. */
  readonly field: string;
  readonly detail: string;
  /** File of the field. Undefined if the error is not in a file. */
  readonly file?: string;
  readonly line?: number;
}

/** Titles of the HTTP statuses with which the API refuses a request. */
export const PROBLEM_TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Builds a problem document. */
export function problem(status: number, detail?: string, errors?: readonly FieldError[]): Problem {
  return {
    type: 'about:blank',
    status,
    title: PROBLEM_TITLES[status] ?? 'Error',
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  };
}

/** Error that controllers and services throw to respond with a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(
    readonly status: number,
    detail: string,
    readonly errors?: readonly FieldError[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

/** Builds a ProblemError 404. A brand outside the key's scope gets the same error as a brand that does not exist. */
export function brandNotFound(name: string): ProblemError {
  return new ProblemError(
    404,
    `There is no brand ${JSON.stringify(name)} that your key covers. Check the name of the brand and the brands of ` +
      'your key.',
  );
}

/** Value of the `Retry-After` header if a request failed because the database is unavailable. */
export const RETRY_AFTER_SECONDS = '5';

/** Builds a ProblemError 503 with `Retry-After`, for routes that detect an unavailable database themselves. */
export function databaseUnavailable(): ProblemError {
  return new ProblemError(
    503,
    'The request failed, because the database is unavailable. Retry after Retry-After.',
    undefined,
    { 'retry-after': RETRY_AFTER_SECONDS },
  );
}
