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

/** What every call to Medallia is made with. */
export type MedalliaContext = DestinationContext<MedalliaSurveyCredentials, MedalliaSurveySettings>;

const DEFAULT_TOKEN_SECONDS = 300;

/**
 * Asks the API gateway with the destination's token. A token that is refused is fetched anew once, because it may end
 * before its time. Resolves with any status.
 */
export async function callGateway(context: MedalliaContext, path: string, record?: JsonObject): Promise<HttpResponse> {
  const token = await accessToken(context);
  const response = await ask(context, token.value, path, record);
  if (response.status !== 401) return response;
  token.drop();
  return ask(context, (await accessToken(context)).value, path, record);
}

/** One request to the API gateway: a record to import, or without one a reading of what stands at the path. */
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

/** "Authentication": client credentials in HTTP Basic, at the reporting instance. A `credentials` error where refused. */
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
      ? `the token URL answered ${String(status)}: it gives no token just now`
      : `the token URL answered ${String(status)} without a token; check clientId, clientSecret and tokenUrl, which is ` +
          'an address of the reporting instance',
    { response: { status }, retryAfterMs },
  );
}

/**
 * Names an answer of the gateway that is no success. A wrong feed or mode is for the brand to fix, so it pauses the
 * destination as wrong credentials do; a 429 says in `X-RateLimit-Reset` how many seconds it lasts.
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
  404: ({ feed }) => `there is no active feed "${feed}"; check the settings feed and apiUrl, and the feed's mode there`,
  405: ({ feed, mode }) => `the feed "${feed}" does not take ${mode} imports; change the setting mode, or the feed`,
};

/** The body as a JSON object; an empty one where it is none. */
export function objectIn(text: string): JsonObject {
  return jsonObjectIn(text) ?? {};
}
