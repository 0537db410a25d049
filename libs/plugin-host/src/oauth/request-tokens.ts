import type { OAuthTokens } from '@patchbay/core';
import {
  answeredAt,
  basicAuth,
  DeliveryError,
  isDeliveryError,
  isJsonObject,
  isSuccess,
  parseJson,
  parseRetryAfter,
  type HttpClient,
  type HttpResponse,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import { asTransient } from '../runtime/plugin-failure.js';
import type { OAuthClient } from './oauth-client.js';

/**
 * The hub refreshes an access token this many milliseconds before it expires, or after nine tenths of its lifetime if
 * that moment is later.
 */
const EARLY_REFRESH_MS = 60_000;

/** Parameters of a token request, by grant (RFC 6749, 4.1.3 and 6). */
export type Grant =
  | {
      readonly grant_type: 'authorization_code';
      readonly code: string;
      readonly redirect_uri: string;
      readonly code_verifier?: string;
    }
  | { readonly grant_type: 'refresh_token'; readonly refresh_token: string };

/** Error for a code or refresh token that the vendor does not accept any more. A new connection is necessary. */
export class InvalidGrantError extends Error {
  override readonly name = 'InvalidGrantError';
}

/**
 * Requests tokens from the vendor. The errors contain no token, because a vendor may repeat a token in its answer.
 * @param now returns milliseconds since the epoch
 * @throws InvalidGrantError if the vendor refuses the code or the refresh token
 * @throws DeliveryError `credentials` if the vendor refuses the client, `throttled` or `transient` otherwise
 */
export async function requestTokens(
  http: HttpClient,
  client: OAuthClient,
  grant: Grant,
  now: () => number,
): Promise<OAuthTokens> {
  const { clientId, clientSecret, clientAuthentication, tokenUrl } = client;
  const answer = await http
    .exchange({
      method: 'POST',
      url: tokenUrl,
      headers: {
        accept: 'application/json',
        ...(clientAuthentication === 'basic' && {
          authorization: basicAuth(formEncoded(clientId), formEncoded(clientSecret)),
        }),
      },
      form: {
        ...grant,
        ...(clientAuthentication === 'body' && { client_id: clientId, client_secret: clientSecret }),
      },
    })
    .catch((error: unknown) => {
      throw isDeliveryError(error) ? asTransient(error) : error;
    });
  const parsed = parseJson(answer.text);
  const body = isJsonObject(parsed) ? parsed : {};
  const tokens = isSuccess(answer) ? tokensIn(body, now()) : undefined;
  if (tokens !== undefined) return tokens;
  throw refusal(answer, body);
}

function tokensIn(body: JsonObject, now: number): OAuthTokens | undefined {
  const { access_token: accessToken, refresh_token: refreshToken, scope } = body;
  if (typeof accessToken !== 'string' || accessToken === '') return undefined;
  const lifeMs = Number(body.expires_in ?? Number.NaN) * 1_000;
  const expires = Number.isFinite(lifeMs) && lifeMs >= 0;
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : null,
    expiresAt: expires ? now + lifeMs : null,
    refreshAt: expires ? now + Math.max(lifeMs - EARLY_REFRESH_MS, lifeMs * 0.9) : null,
    scopes: typeof scope === 'string' ? scope.slice(0, 2_000) : null,
  };
}

function refusal({ status, headers }: HttpResponse, { error }: JsonObject): Error {
  // Only the registered form of an error code is repeated, because other texts may contain a token.
  const code = typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? error : null;
  if (code === 'invalid_grant') return new InvalidGrantError('The vendor refused the code or the refresh token.');
  const answered = `The vendor's token endpoint answered ${status}${code === null ? '' : ` ${code}`}`;
  const options = { response: { status }, ...(code !== null && { vendorCode: code }) };
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(headers['retry-after'], answeredAt(headers));
    return new DeliveryError('throttled', `${answered}. The hub retries.`, { ...options, retryAfterMs });
  }
  if (status >= 500 || status < 400) {
    return new DeliveryError('transient', `${answered} without a token. The hub retries.`, {
      ...options,
      safeToRepeat: true,
    });
  }
  return new DeliveryError(
    'credentials',
    `${answered}. Check clientId, clientSecret and the redirect URI that is registered at the vendor.`,
    options,
  );
}

/** Encodes a text as in a form, which RFC 6749, 2.3.1 requires inside the header. */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
