import { Agent, EnvHttpProxyAgent, request as send, type Dispatcher } from 'undici';
import { isLoopback } from './is-loopback.js';

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Statuses of responses that have no body. */
const WITHOUT_BODY = [204, 304];

/**
 * Returns a function like `fetch` that uses the proxy of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and limits the size of an
 * answer. Follows no redirect. The `fetch` of Node.js 20 uses no proxy.
 * @param url URL of the hub. A proxy cannot reach a hub on this machine, so calls of this machine use none
 */
export function proxiedFetch(url: string): (request: Request) => Promise<Response> {
  const dispatcher: Dispatcher = isLoopback(url)
    ? new Agent({ maxResponseSize: MAX_ANSWER_BYTES })
    : new EnvHttpProxyAgent({ maxResponseSize: MAX_ANSWER_BYTES, proxyTunnel: false });
  return async (request) => {
    const { statusCode, headers, body } = await send(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? null : new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
      dispatcher,
    });
    const text = await body.text();
    return new Response(WITHOUT_BODY.includes(statusCode) ? null : text, {
      status: statusCode,
      headers: Object.entries(headers).flatMap(([name, value]) =>
        [value ?? []].flat().map((one): [string, string] => [name, one]),
      ),
    });
  };
}
