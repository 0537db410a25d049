import { basicAuth, DeliveryError, isJsonObject, type HttpClient, type Token } from '@patchbay/plugin-sdk';
import type { OAuth2Client } from './webhook.dto.js';

const DEFAULT_TOKEN_SECONDS = 300;

/**
 * Fetches a token as RFC 6749 describes: the request in §4.4.2, the client in HTTP Basic in §2.3.1, the response in
 * §5.1.
 */
export async function fetchToken(http: HttpClient, client: OAuth2Client): Promise<Token> {
  const response = await http.exchange({
    method: 'POST',
    url: client.tokenUrl,
    headers: {
      accept: 'application/json',
      authorization: basicAuth(encode(client.clientId), encode(client.clientSecret)),
    },
    form: { grant_type: 'client_credentials', ...(client.scope !== undefined && { scope: client.scope }) },
  });
  const body = response.status === 200 ? response.json() : null;
  if (isJsonObject(body) && typeof body.access_token === 'string') {
    const seconds = typeof body.expires_in === 'number' ? body.expires_in : DEFAULT_TOKEN_SECONDS;
    return { value: body.access_token, expiresInMs: seconds * 1_000 };
  }
  throw tokenError(response.status);
}

/**
 * Creates the error for a refused token request, without the response body, because the body may repeat the
 * credentials.
 */
function tokenError(status: number): DeliveryError {
  if (status === 429)
    return new DeliveryError(
      'throttled',
      'The token URL answered 429 (too many requests). The hub waits, then retries the delivery.',
    );
  if (status >= 500 || status === 408) {
    return new DeliveryError('transient', `The token URL answered ${String(status)}. The hub retries the delivery.`);
  }
  return new DeliveryError(
    'credentials',
    `The token URL answered ${String(status)} without a token. Check tokenUrl, clientId, clientSecret and scope.`,
  );
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}
