import {
  entryOf,
  fieldNames,
  jsonObjectIn,
  listed,
  objectsIn,
  RETRY_AFTER_LIMIT_MS,
  textOf,
  vendorError,
  type DeliveryError,
  type HttpResponse,
  type JsonObject,
  type VendorMeaning,
} from '@patchbay/plugin-sdk';

/** Properties of a request that come from the settings. An error in one of these properties affects every message. */
const SETTINGS = /^(from|reply_to|asm|categories|ip_pool_name|mail_settings)\b/;

const NO_CREDITS: VendorMeaning = { text: 'the account has no credits left; upgrade its plan, then verify' };
const UNVERIFIED: VendorMeaning = {
  text: 'the setting "from" is not a verified sender of this account; verify it or its domain at SendGrid',
};
const UNVERIFIED_IN_MAPPING: VendorMeaning = {
  kind: 'rejected',
  text: 'the mapping sets a "from" that is not verified',
};

/** Meanings of the statuses whose errors name no field. */
const STATUSES: Readonly<Record<number, VendorMeaning>> = {
  403: {
    text:
      'this key may not send, or is blocked temporarily after many invalid requests; grant the permission Mail Send, ' +
      'then verify the destination',
  },
  413: { text: 'the e-mail is too large; shorten its content' },
};

/**
 * Converts an error response to a DeliveryError, from "Errors" and "Rate Limits". SendGrid's own texts are omitted,
 * because the texts contain addresses.
 * @param now milliseconds since the epoch
 * @param mapped fields that the mapping set in place of the settings; an error in them affects only this message
 */
export function sendGridError(response: HttpResponse, now: number, mapped: readonly string[] = []): DeliveryError {
  // A response of a proxy has another format, so it has no errors.
  const problems = objectsIn(jsonObjectIn(response.text)?.errors);
  const meaning = meaningOf(response.status, problems, mapped);
  const retryAfterMs = response.status === 429 ? untilReset(response.headers, now) : undefined;
  return vendorError('SendGrid', response, undefined, { ...meaning, retryAfterMs }, now);
}

function meaningOf(status: number, problems: readonly JsonObject[], mapped: readonly string[]): VendorMeaning {
  const fields = fieldNames(problems.map(({ field }) => field));
  const isAboutCredits = problems.some(({ message }) => /credits exceeded/i.test(textOf(message) ?? ''));
  if (status === 400 && fields.length > 0) {
    const isOfSettings = fields.some(
      (field) => SETTINGS.test(field) && !mapped.includes(field.split('.', 1)[0] ?? field),
    );
    return isOfSettings
      ? { kind: 'credentials', text: `it refused ${listed(fields)}; correct the settings of this destination` }
      : { text: `it refused ${listed(fields)}; check the recipient and the mapping` };
  }
  if (status === 401 && isAboutCredits) return NO_CREDITS;
  if (status === 403 && fields.some((field) => field.startsWith('from'))) {
    return mapped.includes('from') ? UNVERIFIED_IN_MAPPING : UNVERIFIED;
  }
  return entryOf(STATUSES, status) ?? {};
}

/**
 * Returns the milliseconds until the next period of the rate limit, from "Rate Limits". `X-RateLimit-Reset` is the
 * start of this period in seconds since the epoch.
 */
function untilReset(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const reset = headers['x-ratelimit-reset'] ?? '';
  if (!/^\d{9,11}$/.test(reset)) return undefined;
  return Math.min(Math.max(Number(reset) * 1_000 - now, 0), RETRY_AFTER_LIMIT_MS);
}
