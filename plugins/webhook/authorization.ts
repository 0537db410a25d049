import {
  basicAuth,
  callWithToken,
  fetchAccessToken,
  type DestinationContext,
  type HttpResponse,
} from '@patchbay/plugin-sdk';
import type { WebhookCredentials, WebhookSettings } from './webhook.dto.js';

/** Context of every request to the receiver. */
export type WebhookContext = DestinationContext<WebhookCredentials, WebhookSettings>;

/**
 * Calls the receiver with the `authorization` header of the credentials; without this header if the credentials only
 * sign requests. If the receiver refuses a token of OAuth 2.0, calls once more with a new token.
 */
export async function authorized(
  { credentials, http, token }: Pick<WebhookContext, 'credentials' | 'http' | 'token'>,
  call: (header: Readonly<Record<string, string>>) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const { basic, bearer, oauth2 } = credentials;
  if (basic) return await call({ authorization: basicAuth(basic.username, basic.password) });
  if (bearer !== undefined) return await call({ authorization: `Bearer ${bearer}` });
  if (!oauth2) return await call({});
  const { tokenUrl, clientId, clientSecret, scope } = oauth2;
  // The client is in HTTP Basic, encoded as RFC 6749 §2.3.1 describes.
  const request = {
    server: 'The token URL',
    fix: 'Check tokenUrl, clientId, clientSecret and scope.',
    url: tokenUrl,
    headers: { authorization: basicAuth(encode(clientId), encode(clientSecret)) },
    form: { grant_type: 'client_credentials', ...(scope !== undefined && { scope }) },
  };
  return await callWithToken(
    () => token('oauth2', () => fetchAccessToken(http, request)),
    (value) => call({ authorization: `Bearer ${value}` }),
  );
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}
