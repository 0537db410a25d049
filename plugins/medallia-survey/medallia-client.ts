import {
  answeredAt,
  basicAuth,
  DeliveryError,
  deliveryErrorFromResponse,
  jsonObjectIn,
  parseRetryAfter,
  vendorError,
  type DestinationContext,
  type HttpResponse,
  type JsonObject,
  type Token,
} from '@patchbay/plugin-sdk';
import type { MedalliaSurveyCredentials, MedalliaSurveySettings } from './medallia-survey.dto.js';

/** Context of every call to Medallia. */
export type MedalliaContext = DestinationContext<MedalliaSurveyCredentials, MedalliaSurveySettings>;

const DEFAULT_TOKEN_SECONDS = 300;

/**
 * Calls the API gateway with the destination's token. If the gateway refuses the token, a new token is fetched once,
 * because a token may expire early. Resolves with any status.
 */
export async function callGateway(context: MedalliaContext, path: string, record?: JsonObject): Promise<HttpResponse> {
  const token = await accessToken(context);
  const response = await ask(context, token.value, path, record);
  if (response.status !== 401) return response;
  token.drop();
  return ask(context, (await accessToken(context)).value, path, record);
}

/** Sends one request to the API gateway. If a record is given, imports the record; otherwise reads the path. */
export function ask(
  { http, settings }: MedalliaContext,
  token: string,
  path: string,
  record?: JsonObject,
): Promise<HttpResponse> {
  return http.exchange({
    method: record ? 'POST' : 'GET',
    url: settings.apiUrl.replace(/\/+$/, '') + path,
    headers: { accept: 'application/json', authorization: `Bearer ${token}` },
    ...(record ? { json: record } : { readsOnly: true }),
  });
}

function accessToken(context: MedalliaContext): ReturnType<MedalliaContext['token']> {
  return context.token('access', () => fetchToken(context));
}

/**
 * Fetches a token from the reporting instance with the client credentials in HTTP Basic, from "Authentication". Throws
 * a `credentials` error if Medallia refuses the client.
 */
export async function fetchToken({ http, credentials, settings }: MedalliaContext): Promise<Token> {
  const { status, headers, text } = await http.exchange({
    method: 'POST',
    url: settings.tokenUrl,
    headers: { accept: 'application/json', authorization: basicAuth(credentials.clientId, credentials.clientSecret) },
    form: { grant_type: 'client_credentials' },
    readsOnly: true,
  });
  const { access_token: value, expires_in: seconds } = objectIn(text);
  if (status === 200 && typeof value === 'string') {
    return { value, expiresInMs: (typeof seconds === 'number' ? seconds : DEFAULT_TOKEN_SECONDS) * 1_000 };
  }
  const { kind, retryAfterMs } = deliveryErrorFromResponse(status, headers, '');
  const passes = kind === 'transient' || kind === 'throttled';
  throw new DeliveryError(
    passes ? kind : 'credentials',
    passes
      ? `the token URL answered ${String(status)} and temporarily returns no token; the hub retries`
      : `the token URL answered ${String(status)} without a token; check clientId, clientSecret and tokenUrl, which is ` +
          'an address of the reporting instance',
    { response: { status }, retryAfterMs },
  );
}

/**
 * Converts an error response of the gateway to a DeliveryError. A wrong feed or mode pauses the destination like wrong
 * credentials, because the brand must fix the setting. A 429 response has the seconds to wait in `X-RateLimit-Reset`.
 */
export function medalliaError(response: HttpResponse, settings: MedalliaSurveySettings): DeliveryError {
  const { status, headers, text } = response;
  const code = objectIn(text).error_type;
  const hint = SETTING_ERRORS[status]?.(settings);
  return vendorError('Medallia', response, typeof code === 'string' ? code : undefined, {
    kind: hint === undefined ? undefined : 'credentials',
    text: hint,
    retryAfterMs: status === 429 ? parseRetryAfter(headers['x-ratelimit-reset'], answeredAt(headers)) : undefined,
  });
}

const SETTING_ERRORS: Readonly<Record<number, ((settings: MedalliaSurveySettings) => string) | undefined>> = {
  404: ({ feed }) =>
    `there is no active feed "${feed}"; check the settings feed and apiUrl, and the feed's mode in Medallia`,
  405: ({ feed, mode }) => `the feed "${feed}" does not accept ${mode} imports; change the setting mode, or the feed`,
};

/** Returns the body as a JSON object; an empty object if the body is not a JSON object. */
export function objectIn(text: string): JsonObject {
  return jsonObjectIn(text) ?? {};
}
