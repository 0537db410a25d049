import { DeliveryError } from './delivery-error.js';
import type { DestinationContext, Token } from './destination.js';
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.js';
import { deliveryErrorFromResponse } from './http-status.js';
import { jsonObjectIn } from './json.js';

/** Lifetime of a token if the response has no `expires_in`. */
const DEFAULT_SECONDS = 300;

/** Request that returns an access token. */
export interface TokenRequest extends Pick<HttpRequest, 'url' | 'headers' | 'form' | 'json'> {
  /** Server of the token at the beginning of an error, such as `The token URL`. */
  readonly server: string;
  /** Fix if the server refuses the credentials, as a sentence. */
  readonly fix: string;
}

/**
 * Fetches an access token of OAuth 2.0 (RFC 6749 §5.1) for `context.token`, with a POST. A lost response is `transient`.
 * @throws a DeliveryError of {@link tokenError} if the response has no token
 */
export async function fetchAccessToken(
  http: Pick<HttpClient, 'exchange'>,
  { server, fix, headers, ...request }: TokenRequest,
): Promise<Token> {
  const response = await http.exchange({
    ...request,
    method: 'POST',
    headers: { accept: 'application/json', ...headers },
    readsOnly: true,
  });
  const { access_token: value, expires_in: seconds } = jsonObjectIn(response.text) ?? {};
  if (response.status !== 200 || typeof value !== 'string') throw tokenError(response, { server, fix });
  return { value, expiresInMs: (typeof seconds === 'number' ? seconds : DEFAULT_SECONDS) * 1_000 };
}

/**
 * Creates the error for a response without a token: `transient` or `throttled` if the server is unavailable, otherwise
 * `credentials`. The response body is left out, because it may repeat the credentials.
 */
export function tokenError(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  { server, fix }: Pick<TokenRequest, 'server' | 'fix'>,
): DeliveryError {
  const { kind, retryAfterMs } = deliveryErrorFromResponse(status, headers, '');
  const isTemporary = kind === 'transient' || kind === 'throttled';
  return new DeliveryError(
    isTemporary ? kind : 'credentials',
    `${server} answered ${String(status)} without a token. ${isTemporary ? 'The hub retries the delivery.' : fix}`,
    { response: { status }, retryAfterMs },
  );
}

/** Result of `context.token`. */
type CachedToken = Awaited<ReturnType<DestinationContext<object, object>['token']>>;

/**
 * Calls the vendor with a cached token. If the vendor refuses the token, drops it and calls once more with a new token,
 * because a token may expire early. The refused call must have changed nothing.
 * @param token returns the result of `context.token`
 * @param call resolves with any status, so with `exchange`
 * @param isRefused true for a response that refuses the token; by default for 401
 */
export async function callWithToken(
  token: () => Promise<CachedToken>,
  call: (token: string) => Promise<HttpResponse>,
  isRefused: (response: HttpResponse) => boolean = ({ status }) => status === 401,
): Promise<HttpResponse> {
  const first = await token();
  const response = await call(first.value);
  if (!isRefused(response)) return response;
  first.drop();
  return await call((await token()).value);
}
