import { isDeliveryError } from './delivery-error.js';
import type { DestinationContext } from './destination.js';
import type { HttpRequest, HttpResponse } from './http-client.js';

/**
 * Sends a request like `http.send`, with the access token of the destination as `Authorization: Bearer`. If the vendor
 * answers 401, refreshes the token and repeats the request once.
 */
export async function sendWithAccessToken(
  { http, accessToken }: Pick<DestinationContext<object, object>, 'http' | 'accessToken'>,
  request: HttpRequest,
): Promise<HttpResponse> {
  const token = await accessToken();
  const withToken = (value: string): HttpRequest => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${value}` },
  });
  try {
    return await http.send(withToken(token.value));
  } catch (error) {
    if (!isDeliveryError(error) || error.response?.status !== 401) throw error;
    token.drop();
    return http.send(withToken((await accessToken()).value));
  }
}
