/** Invalid field of a request, as the hub describes it. */
export interface FieldProblem {
  readonly field: string;
  readonly detail: string;
}

/**
 * Reason why a call has no usable answer. `refused`: the hub answered with an error. `unreachable`: no answer arrived.
 * `unreadable`: something else than the hub answered, for example a proxy with an HTML page.
 */
export type ProblemKind = 'refused' | 'unreachable' | 'unreadable';

/** Failed call of the hub's API. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly kind: ProblemKind,
    /** HTTP status, or 0 if no answer arrived. */
    readonly status: number,
    /** Text of the hub for a person. Empty if the hub gave none. */
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
    /** Seconds to wait before the next call, from `Retry-After`. Null if the hub did not say. */
    readonly retryAfter: number | null = null,
    /** Complete body of the answer, for fields that only one operation has. */
    readonly body: unknown = null,
  ) {
    super(detail === '' ? `${kind} ${status}` : detail);
  }
}

/** Reads the problem of an answer with an error status. */
export async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('content-type') ?? '';
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  if (!type.includes('json')) return new Problem('unreadable', response.status, '', [], retryAfter);
  const body: unknown = await response.json().catch(() => null);
  return new Problem('refused', response.status, textIn(body, 'detail'), fieldsIn(body), retryAfter, body);
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
