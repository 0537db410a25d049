import type { NeedsConfirmation } from '@patchbay/core';

/** An error answer as RFC 9457 has it (`application/problem+json`). */
export interface Problem {
  readonly type: 'about:blank';
  readonly status: number;
  readonly title: string;
  /** What is wrong and how to fix it. */
  readonly detail?: string;
  /** Each field at fault. */
  readonly errors?: readonly FieldError[];
  /** Of a change that needs a confirmation. */
  readonly affectedDeliveries?: NeedsConfirmation['affectedDeliveries'];
  readonly leavesPiiLess?: NeedsConfirmation['leavesPiiLess'];
}

/** A field at fault. */
export interface FieldError {
  /** `filter.from`, `events.0` */
  readonly field: string;
  readonly detail: string;
  /** Where a file is at fault. */
  readonly file?: string;
  readonly line?: number;
}

const TITLES: Readonly<Record<number, string>> = {
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
    title: TITLES[status] ?? 'Error',
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  };
}

/** Thrown by controllers and services to answer with a problem. */
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
