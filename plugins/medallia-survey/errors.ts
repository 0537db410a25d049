import {
  answeredAt,
  jsonObjectIn,
  parseRetryAfter,
  textOf,
  vendorError,
  type DeliveryError,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import type { MedalliaSurveySettings } from './medallia-survey.dto.js';

/** Errors of the settings, by HTTP status. */
const SETTING_ERRORS: Readonly<Record<number, ((settings: MedalliaSurveySettings) => string) | undefined>> = {
  404: ({ feed }) =>
    `there is no active feed "${feed}"; check the settings feed and apiUrl, and the feed's mode in Medallia`,
  405: ({ feed, mode }) => `the feed "${feed}" does not accept ${mode} imports; change the setting mode, or the feed`,
};

/**
 * Converts an error response of the gateway to a DeliveryError. A wrong feed or mode pauses the destination like wrong
 * credentials, because the brand must fix the setting. A 429 response has the seconds to wait in `X-RateLimit-Reset`.
 */
export function medalliaError(response: HttpResponse, settings: MedalliaSurveySettings): DeliveryError {
  const { status, headers, text } = response;
  const code = textOf(jsonObjectIn(text)?.error_type);
  const hint = SETTING_ERRORS[status]?.(settings);
  return vendorError('Medallia', response, code, {
    kind: hint === undefined ? undefined : 'credentials',
    text: hint,
    retryAfterMs: status === 429 ? parseRetryAfter(headers['x-ratelimit-reset'], answeredAt(headers)) : undefined,
  });
}
