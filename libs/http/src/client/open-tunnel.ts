import type { LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { plainHost, type EgressPolicy, type EgressProxy } from '../egress/egress-policy.js';

const KEEP_ALIVE_MS = 60_000;

/** Error of the proxy: it is unreachable, or it refused the connection. Nothing was sent to the target. */
export class EgressProxyError extends Error {
  override readonly name = 'EgressProxyError';
  readonly code = 'EGRESS_PROXY';
}

/**
 * Returns the host to which the proxy has to connect: a name if the proxy resolves names, otherwise a checked address.
 * Returns undefined if the hub reaches the host without the proxy, because the operator listed it. Rejects if the policy
 * refuses all addresses of the name.
 */
export async function tunnelTarget(
  policy: EgressPolicy,
  proxy: EgressProxy,
  hostname: string,
): Promise<string | undefined> {
  const host = plainHost(hostname);
  if (policy.isListed(host)) return undefined;
  if (isIP(host) !== 0) return host;
  if (proxy.resolvesNames) return canonicalName(policy, host);
  const addresses = await resolved(policy, host);
  if (addresses.some(({ address }) => policy.isListed(address))) return undefined;
  // More proxies reach IPv4 addresses than IPv6 addresses.
  return (addresses.find(({ family }) => family === 4) ?? addresses[0])?.address;
}

/**
 * Returns the name that the proxy resolves, in the form that it has in a URL. A proxy may take `0x7f.1` for the address
 * 127.0.0.1, so such a notation becomes a checked address.
 */
function canonicalName(policy: EgressPolicy, host: string): string {
  const text = `http://${host}/`;
  if (/[\s/?#@:\\]/.test(host) || !URL.canParse(text))
    throw Object.assign(new Error('The host is not a valid name. Correct it.'), { code: 'ENOTFOUND' });
  const { hostname } = new URL(text);
  policy.checkLiteral(hostname);
  return plainHost(hostname);
}

function resolved({ lookup }: EgressPolicy, host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found, family) => {
      if (error !== null) reject(error);
      else resolve(typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found);
    });
  });
}

/**
 * Opens a connection through a proxy, by its method CONNECT. Rejects with an {@link EgressProxyError} that contains
 * neither the address nor the password of the proxy.
 */
export function openTunnel(
  { url }: EgressProxy,
  target: { readonly host: string; readonly port: number },
  timeoutMs: number,
): Promise<Socket> {
  const { protocol, hostname, port, username, password } = new URL(url);
  const path = `${isIP(target.host) === 6 ? `[${target.host}]` : target.host}:${target.port}`;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const request = (protocol === 'https:' ? requestHttps : requestHttp)({
    method: 'CONNECT',
    host: plainHost(hostname),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : port,
    path,
    headers: { host: path, ...(username === '' ? {} : { 'proxy-authorization': `Basic ${login}` }) },
    agent: false,
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      request.destroy(new EgressProxyError('the egress proxy did not answer in time'));
    }, timeoutMs);
    request.once('connect', ({ statusCode }, socket, head) => {
      clearTimeout(timer);
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS));
        return;
      }
      socket.destroy();
      reject(new EgressProxyError(refusal(statusCode, path)));
    });
    request.once('error', (error) => {
      clearTimeout(timer);
      if (error instanceof EgressProxyError) return reject(error);
      const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
      reject(new EgressProxyError(`the egress proxy could not be reached${code}: check PATCHBAY_EGRESS_PROXY`));
    });
    request.end();
  });
}

function refusal(status: number | undefined, target: string): string {
  if (status === 407) return 'the egress proxy refused the credentials (407): correct PATCHBAY_EGRESS_PROXY';
  return `the egress proxy answered ${String(status)} to a connection to ${target}: check its rules and its log`;
}
