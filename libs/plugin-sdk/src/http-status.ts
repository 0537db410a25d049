import { DeliveryError, type DeliveryErrorKind } from './delivery-error.js';

/** Maximum number of characters that are kept of a response body. */
export const RESPONSE_BODY_LIMIT = 4_096;

/** Maximum wait that a vendor can request, in milliseconds: one day. */
export const RETRY_AFTER_LIMIT_MS = 86_400_000;

/**
 * Returns the error kind of an HTTP status; undefined for 2xx, because the vendor accepted the message. The whole hub
 * uses this table. Plugins that use a vendor's SDK can call it too.
 */
export function classifyStatus(status: number): DeliveryErrorKind | undefined {
  if (status >= 200 && status <= 299) return undefined;
  switch (status) {
    case 401:
    case 402:
    case 403:
      return 'credentials';
    case 408:
    case 423:
    case 425:
      return 'transient';
    case 429:
      return 'throttled';
    default:
      return status >= 500 && status <= 599 ? 'transient' : 'rejected';
  }
}

/**
 * Returns true if a vendor may have accepted a message although it answered with this status: every 5xx except 503. A
 * proxy or the vendor itself can fail after the message is in the vendor's queue. Twilio's page "20500: Internal Server
 * Error" warns that a customer may receive a message twice if it is sent again after such an answer.
 *
 * If the vendor does not ignore repeated messages, the hub treats a `transient` error with such a status as
 * `unconfirmed`, unless the error is `safeToRepeat`.
 */
export function mayHaveAccepted(status: number): boolean {
  return status >= 500 && status <= 599 && status !== 503;
}

/**
 * Creates the DeliveryError for a response that is not 2xx, with the shortened response and its `Retry-After`.
 * @param headers names in lower case
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date; by default the response's own `Date`
 */
export function deliveryErrorFromResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
  now: number = answeredAt(headers),
): DeliveryError {
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  return new DeliveryError(classifyStatus(status) ?? 'unconfirmed', describeStatus(status), {
    response: { status, body: text.slice(0, RESPONSE_BODY_LIMIT) },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/**
 * Returns the `Date` header of a response in milliseconds since the epoch; NaN if the header is absent. Compare a
 * `Retry-After` that is a date with this value, because the vendor's clock wrote both.
 * @param headers names in lower case
 */
export function answeredAt(headers: Readonly<Record<string, string>>): number {
  return httpDate(headers['date']?.trim() ?? '');
}

/**
 * Returns the milliseconds to wait by a `Retry-After` header (RFC 9110, 10.2.3: seconds or an HTTP date), between 0 and
 * one day. Returns undefined if the header is absent or invalid, or if it is a date and `now` is NaN.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : httpDate(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), RETRY_AFTER_LIMIT_MS);
}

/**
 * Parses an HTTP date; NaN if invalid. Only text with a weekday is an HTTP date, but `Date.parse` accepts many formats.
 */
function httpDate(text: string): number {
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .{8,40}$/.test(text) ? Date.parse(text) : Number.NaN;
}

function describeStatus(status: number): string {
  switch (status) {
    case 401:
      return 'the vendor answered 401: it refused the credentials; correct them and verify the destination';
    case 402:
      return 'the vendor answered 402: the account has no credit left; top it up and verify the destination';
    case 403:
      return 'the vendor answered 403: these credentials lack a permission; grant it at the vendor, then verify the destination';
    case 408:
    case 423:
    case 425:
      return `the vendor answered ${status}: it temporarily refused the request; the hub retries`;
    case 429:
      return 'the vendor answered 429: too many requests; the hub waits and retries';
    case 501:
      return 'the vendor answered 501: it does not support this request; check the address and the method';
    case 503:
      return 'the vendor answered 503: it is temporarily unavailable; the hub retries';
  }
  if (status >= 300 && status <= 399) {
    return `the vendor answered ${status}: redirects are not followed; put the final address into the settings`;
  }
  if (status >= 500 && status <= 599) return `the vendor answered ${status}: server error at the vendor`;
  if (status >= 200 && status <= 299) return `the vendor answered ${status}, but its response could not be read`;
  return `the vendor answered ${status}: it refused the request; see the reason in its response`;
}
