import {
  answeredAt,
  DeliveryError,
  parseRetryAfter,
  type DeliveryErrorKind,
  type HttpResponse,
} from '@patchbay/plugin-sdk';

/** Milliseconds to wait if a system throttles without a `Retry-After` header. */
const DEFAULT_THROTTLE_MS = 30_000;

/**
 * Creates the error for a failed lookup in a brand's own system. The error never contains the answer, which may hold
 * personal data.
 */
export function lookupError(
  kind: DeliveryErrorKind,
  section: string,
  message: string,
  options: { readonly retryAfterMs?: number; readonly vendorCode?: string } = {},
): DeliveryError {
  return new DeliveryError(kind, `${section}: ${message}`, options);
}

/** Class of a response: readable, not found, or an error. */
export type ResponseClass = 'response' | 'notFound' | DeliveryError;

/**
 * Classifies a response by its status. 404 and 410 mean not found.
 * @param section section of the brand's file with the settings: `recipients.resolver`
 */
export function classifyStatus(section: string, { status, headers }: HttpResponse): ResponseClass {
  if (status >= 200 && status <= 299) return 'response';
  if (status === 404 || status === 410) return 'notFound';
  const retryAfterMs = parseRetryAfter(headers['retry-after'], answeredAt(headers));
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429) {
    return lookupError('throttled', section, 'it answered 429: too many requests', {
      retryAfterMs: retryAfterMs ?? DEFAULT_THROTTLE_MS,
    });
  }
  if (status === 401 || status === 403) {
    return lookupError('credentials', section, `it answered ${status}: correct the credentials in the brand's file`, {
      vendorCode: String(status),
    });
  }
  if (status >= 300 && status <= 399) {
    const hint = "redirects are not followed; set the final address in the brand's file";
    return lookupError('rejected', section, `it answered ${status}: ${hint}`);
  }
  if (status >= 500 || status === 408 || status === 423 || status === 425) {
    return lookupError('transient', section, `it answered ${status}: the system failed`, wait);
  }
  return lookupError('rejected', section, `it answered ${status}: the system refused the request`);
}
