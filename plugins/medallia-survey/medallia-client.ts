import {
  basicAuth,
  callWithToken,
  fetchAccessToken,
  joinUrl,
  type DestinationContext,
  type HttpResponse,
  type Json,
  type Token,
} from '@patchbay/plugin-sdk';
import type { MedalliaSurveyCredentials, MedalliaSurveySettings } from './medallia-survey.dto.js';

/** Context of every call to Medallia. */
export type MedalliaContext = DestinationContext<MedalliaSurveyCredentials, MedalliaSurveySettings>;

/** Calls the API gateway with the destination's token. Resolves with any status. */
export async function callGateway(context: MedalliaContext, path: string, records?: Json): Promise<HttpResponse> {
  return await callWithToken(
    () => context.token('access', () => fetchToken(context)),
    (token) => ask(context, token, path, records),
  );
}

/** Sends one request to the API gateway. If records are given, imports them; otherwise reads the path. */
export function ask(
  { http, settings }: MedalliaContext,
  token: string,
  path: string,
  records?: Json,
): Promise<HttpResponse> {
  return http.exchange({
    method: records === undefined ? 'GET' : 'POST',
    url: joinUrl(settings.apiUrl, path),
    headers: { accept: 'application/json', authorization: `Bearer ${token}` },
    ...(records === undefined ? { readsOnly: true } : { json: records }),
  });
}

/** Fetches a token from the reporting instance with the client credentials in HTTP Basic, from "Authentication". */
export async function fetchToken({ http, credentials, settings }: MedalliaContext): Promise<Token> {
  return await fetchAccessToken(http, {
    server: 'The token URL',
    fix: 'Check clientId, clientSecret and tokenUrl, which is an address of the reporting instance.',
    url: settings.tokenUrl,
    headers: { authorization: basicAuth(credentials.clientId, credentials.clientSecret) },
    form: { grant_type: 'client_credentials' },
  });
}
