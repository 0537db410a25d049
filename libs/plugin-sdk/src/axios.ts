import type { AxiosResponse } from 'axios';
import type { HttpResponse } from './http-client.js';

export type { AxiosInstance, AxiosResponse } from 'axios';

declare module 'axios' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- a merged interface repeats its type parameters
  interface AxiosRequestConfig<D, P> {
    /** See {@link HttpRequest.readsOnly}. Only `context.axios` reads this option. */
    readsOnly?: boolean;
  }
}

/** Property of an axios response in which the host stores the response of `context.http`. Same in all copies of the SDK. */
export const HTTP_RESPONSE: unique symbol = Symbol.for('patchbay.http-response');

/** Returns a response of `context.axios` in the form that the helpers of the SDK use. Throws for any other response. */
export function httpResponseOf(response: AxiosResponse & { readonly [HTTP_RESPONSE]?: HttpResponse }): HttpResponse {
  const original = response[HTTP_RESPONSE];
  if (original === undefined) {
    throw new TypeError(
      'httpResponseOf needs a response of context.axios. Pass the response unchanged, not a copy of it.',
    );
  }
  return original;
}
