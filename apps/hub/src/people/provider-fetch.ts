import type { HttpClient } from '@patchbay/plugin-sdk';

/** Request of a library for OpenID Connect, in the form of `fetch`. */
interface FetchOptions {
  readonly method: string;
  readonly headers: Headers | Record<string, string>;
  readonly body?: unknown;
}

/** Function with the form of `fetch`. */
export type ProviderFetch = (url: string, options: FetchOptions) => Promise<Response>;

/**
 * Returns a `fetch` that sends the requests to the identity provider by the hub's HTTP client. The client follows no
 * redirect, and refuses addresses that the operator does not allow.
 */
export function providerFetch(http: Pick<HttpClient, 'exchange'>): ProviderFetch {
  return async (url, { method, headers, body }) => {
    const isRead = method === 'GET';
    if (!isRead && method !== 'POST') throw new TypeError(`The identity provider is never called by ${method}.`);
    const answer = await http.exchange({
      ...{ method, url, headers: Object.fromEntries(new Headers(headers)), readsOnly: isRead },
      ...(body instanceof URLSearchParams && { body: body.toString() }),
    });
    return new Response(answer.text, { status: answer.status, headers: answer.headers });
  };
}
