/** Longest wait before a call is repeated, in milliseconds. If the hub requires more, the call fails instead. */
const MAX_WAIT_MS = 30_000;

/** Wait before the first repetition if the hub does not name one, in milliseconds. It doubles with each attempt. */
const FIRST_WAIT_MS = 500;

/** Failed attempt of a call. */
export interface FailedAttempt {
  readonly method: string;
  /** Path of the URL. */
  readonly path: string;
  /** Number of earlier attempts. */
  readonly earlier: number;
  /** HTTP status. 0 if no answer arrived. */
  readonly status: number;
  /** Seconds of `Retry-After`. Null if the answer has none. */
  readonly retryAfter: number | null;
}

/**
 * Returns the milliseconds to wait before the call is repeated. Null if a repetition is not safe or does not help.
 *
 * A 429 is always safe, because the hub refused the call before it did anything. After a 503 or a lost answer, the hub may
 * have made the change. Then only reads are repeated, and calls that send events: the hub drops repeated events.
 */
export function retryDelay({ method, path, earlier, status, retryAfter }: FailedAttempt): number | null {
  const isRepeatable = method === 'GET' || path.startsWith('/v1/ingest/');
  if (status !== 429 && !(isRepeatable && (status === 503 || status === 0))) return null;
  const wait = retryAfter === null ? FIRST_WAIT_MS * 2 ** earlier : retryAfter * 1_000;
  return wait <= MAX_WAIT_MS ? wait : null;
}
