import type { Clock } from '@patchbay/core';
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

/** Time for which a failed read is not repeated, in milliseconds. */
export const FAILURE_PAUSE_MS = 5_000;

/**
 * Returns a `fetch` that does not repeat a failed read for five seconds. Anybody can send requests that need a document of
 * the provider. A provider that is away must not get a call for each of these requests. Other calls are never held back.
 */
export function withFailurePause(fetch: ProviderFetch, clock: Clock): ProviderFetch {
  /** Ends of the pauses by URL, in milliseconds since the epoch. The hub reads two documents. */
  const pausedUntil = new Map<string, number>();
  return async (url, options) => {
    if (options.method !== 'GET') return fetch(url, options);
    if (clock.now() < (pausedUntil.get(url) ?? 0)) throw new Error('the last read failed less than five seconds ago');
    let isRead = false;
    try {
      const response = await fetch(url, options);
      isRead = response.ok;
      return response;
    } finally {
      if (!isRead) pausedUntil.set(url, clock.now() + FAILURE_PAUSE_MS);
    }
  };
}
