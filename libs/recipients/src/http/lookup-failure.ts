import {
  answeredAt,
  DeliveryError,
  parseRetryAfter,
  type DeliveryErrorKind,
  type HttpResponse,
} from '@patchbay/plugin-sdk';

/** Patience where a system throttles without saying for how long, in milliseconds. */
const DEFAULT_THROTTLE_MS = 30_000;

/** A system of the brand's that could not be asked. Answers are left out: they may hold a customer's values. */
export function lookupError(
  kind: DeliveryErrorKind,
  what: string,
  message: string,
  options: { readonly retryAfterMs?: number; readonly vendorCode?: string } = {},
): DeliveryError {
  return new DeliveryError(kind, `${what}: ${message}`, options);
}

/** What an answer means: it can be read, there is nothing to be found, or it is an error. */
export type Judgement = 'answer' | 'nothing' | DeliveryError;

/**
 * What an answer means by its status: 404 and 410 say that there is nothing to be found.
 * @param what the part of the brand's file that says whom to ask: `recipients.resolver`
 */
export function judgeStatus(what: string, { status, headers }: HttpResponse): Judgement {
  if (status >= 200 && status <= 299) return 'answer';
  if (status === 404 || status === 410) return 'nothing';
  const retryAfterMs = parseRetryAfter(headers['retry-after'], answeredAt(headers));
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429) {
    return lookupError('throttled', what, 'it answered 429: too many requests', {
      retryAfterMs: retryAfterMs ?? DEFAULT_THROTTLE_MS,
    });
  }
  if (status === 401 || status === 403) {
    return lookupError('credentials', what, `it answered ${status}: correct its credentials in the brand's file`, {
      vendorCode: String(status),
    });
  }
  if (status >= 300 && status <= 399) {
    const mend = "redirects are not followed; write the final address into the brand's file";
    return lookupError('rejected', what, `it answered ${status}: ${mend}`);
  }
  if (status >= 500 || status === 408 || status === 423 || status === 425) {
    return lookupError('transient', what, `it answered ${status}: it failed on its side`, wait);
  }
  return lookupError('rejected', what, `it answered ${status}: it does not take what it is asked`);
}
