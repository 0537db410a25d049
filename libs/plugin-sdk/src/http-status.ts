import { DeliveryError, type DeliveryErrorKind } from './delivery-error.js';

/** The most that is kept of an answer's body, in characters. */
export const RESPONSE_BODY_LIMIT = 4_096;

/** The longest wait that a vendor is granted, in milliseconds: a day. */
export const RETRY_AFTER_LIMIT_MS = 86_400_000;

/**
 * What an HTTP status means for a delivery; undefined for 2xx: the vendor took it. The one table of the hub, for
 * plugins that use a vendor's SDK too.
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
    case 501:
      return 'rejected';
    default:
      return status >= 500 && status <= 599 ? 'transient' : 'rejected';
  }
}

/**
 * The DeliveryError for an answer that is not 2xx, with the vendor's answer (bounded) and its `Retry-After`.
 * @param headers names in lower case
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date; by default the answer's own `Date`
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
 * The time of an answer by its `Date` header, in milliseconds since the epoch; NaN without one. A `Retry-After` that is a
 * date is best compared with this, because one clock made both.
 * @param headers names in lower case
 */
export function answeredAt(headers: Readonly<Record<string, string>>): number {
  return httpDate(headers['date']?.trim() ?? '');
}

/**
 * Milliseconds to wait by a `Retry-After` header (RFC 9110, 10.2.3: seconds or an HTTP date), between 0 and a day.
 * Undefined where it is missing or neither, or is a date and `now` is NaN.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : httpDate(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), RETRY_AFTER_LIMIT_MS);
}

/** NaN where it is none. Only forms with a weekday are HTTP dates; `Date.parse` alone takes nearly anything. */
function httpDate(text: string): number {
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .{8,40}$/.test(text) ? Date.parse(text) : Number.NaN;
}

function describeStatus(status: number): string {
  switch (status) {
    case 401:
      return 'the vendor answered 401: it does not know these credentials; correct them and verify the destination';
    case 402:
      return 'the vendor answered 402: the account is out of credits; top it up and verify the destination';
    case 403:
      return 'the vendor answered 403: these credentials may not do this; grant it at the vendor, then verify the destination';
    case 408:
    case 423:
    case 425:
      return `the vendor answered ${status}: it could not take it just now`;
    case 429:
      return 'the vendor answered 429: too many requests';
    case 501:
      return 'the vendor answered 501: it does not offer this; check the address and the method';
  }
  if (status >= 300 && status <= 399) {
    return `the vendor answered ${status}: redirects are not followed; put the final address into the settings`;
  }
  if (status >= 500 && status <= 599) return `the vendor answered ${status}: it failed on its side`;
  if (status >= 200 && status <= 299) return `the vendor answered ${status}, but its answer could not be used`;
  return `the vendor answered ${status}: it refused the message; its answer says why`;
}
