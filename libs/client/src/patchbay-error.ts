/** Invalid field of a request, as the hub describes it. */
export interface FieldProblem {
  /** Path of the field, for example `destinations.sms.type`. */
  readonly field: string;
  readonly detail: string;
}

/**
 * Reason why a call has no usable answer. `refused`: the hub answered with an error. `unreachable`: no answer arrived,
 * or the connection was lost within its body. `timeout`: no complete answer arrived in time. `unreadable`: something else
 * than the hub answered, for example a proxy with an HTML page.
 */
export type PatchbayErrorKind = 'refused' | 'unreachable' | 'timeout' | 'unreadable';

/** Parts of an error that not every error has. */
interface ErrorParts {
  readonly status?: number;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  readonly retryAfter?: number | null;
  readonly body?: unknown;
  readonly cause?: unknown;
}

/** Failed call of the API. Contains no header of the request, so it contains no key. */
export class PatchbayError extends Error {
  override readonly name = 'PatchbayError';
  /** HTTP status. 0 if no answer arrived. */
  readonly status: number;
  /** Text of the hub: what is wrong and how to correct it. Empty if the hub gave none. */
  readonly detail: string;
  /** Invalid fields of the request. Empty if the hub named none. */
  readonly errors: readonly FieldProblem[];
  /** Seconds to wait before the next call, from `Retry-After`. Null if the hub did not say. */
  readonly retryAfter: number | null;
  /** Complete body of the answer, for fields that only one operation has. Null if it is not JSON. */
  readonly body: unknown;

  constructor(
    readonly kind: PatchbayErrorKind,
    { status = 0, detail = '', errors = [], retryAfter = null, body = null, cause }: ErrorParts = {},
  ) {
    super(detail === '' ? messageOf(kind, status) : detail, cause === undefined ? {} : { cause });
    this.status = status;
    this.detail = detail;
    this.errors = errors;
    this.retryAfter = retryAfter;
    this.body = body;
  }
}

/** Reads the error of an answer with an error status. Reads the body of the answer. */
export async function errorOf(response: Response): Promise<PatchbayError> {
  const { status } = response;
  const retryAfter = retryAfterOf(response);
  if (!(response.headers.get('content-type') ?? '').includes('json')) {
    return new PatchbayError('unreadable', { status, retryAfter });
  }
  const body: unknown = await response.json().catch(() => null);
  return new PatchbayError('refused', {
    status,
    detail: textIn(body, 'detail'),
    errors: fieldsIn(body),
    retryAfter,
    body,
  });
}

/** Returns the seconds of `Retry-After`. Null if the header is missing or is a date, which the hub never sends. */
export function retryAfterOf(response: Response): number | null {
  const text = response.headers.get('retry-after') ?? '';
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

function messageOf(kind: PatchbayErrorKind, status: number): string {
  if (kind === 'refused') return `The hub refused the call with the status ${status}. Check the log of the hub.`;
  if (kind === 'timeout') return 'The hub did not answer in time. Check the log of the hub, or try again.';
  if (kind === 'unreachable') return 'No hub answers, or the connection broke. Check the URL, and that the hub runs.';
  return `The answer (status ${status}) is not from a Patchbay hub. Check the URL, and any proxy between.`;
}

function textIn(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : '';
}

function fieldsIn(body: unknown): FieldProblem[] {
  const errors: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'errors') : undefined;
  if (!Array.isArray(errors)) return [];
  return errors.map((one: unknown) => ({ field: textIn(one, 'field'), detail: textIn(one, 'detail') }));
}
