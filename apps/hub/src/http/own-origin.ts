import { isIPv4 } from 'node:net';

/** Headers and settings that decide whether a request comes from a page of this hub. */
export interface OriginFacts {
  /** `Origin` header, which browsers set and pages cannot change. */
  readonly origin: string | undefined;
  /** `Host` header. */
  readonly host: string | undefined;
  /** Public URL of the hub. Undefined if none is set. */
  readonly publicUrl: string | undefined;
}

/**
 * Origin of a request. `own`: a page of this hub. `missing`: no valid origin. `foreign`: a page of another site.
 * `insecure`: a page of this hub over plain http from another machine, where the network can read keys.
 */
export type OriginVerdict = 'own' | 'missing' | 'foreign' | 'insecure';

/** Judges the origin of a request. */
export function judgeOrigin({ origin, host, publicUrl }: OriginFacts): OriginVerdict {
  const from = parse(origin);
  if (from === null || !/^https?:$/.test(from.protocol)) return 'missing';
  const isOwnHost = parse(`${from.protocol}//${host ?? ''}`)?.host === from.host;
  if (!isOwnHost && parse(publicUrl)?.origin !== from.origin) return 'foreign';
  return from.protocol === 'https:' || isLoopbackName(from.hostname) ? 'own' : 'insecure';
}

/** Facts that decide whether a request comes from a browser or program on the machine of the hub. */
export interface LoopbackFacts {
  /** Address of the client's end of the connection. */
  readonly address: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Public URL of the hub. Undefined if none is set. */
  readonly publicUrl: string | undefined;
}

/** Headers by which a proxy says that it forwards the request of another client. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/**
 * Returns true if a request comes from the machine of the hub, and not through a proxy. A proxy on this machine may
 * replace the host and add no header. A hub with a public URL of another name is probably behind a proxy, so nothing
 * counts as from this machine.
 */
export function isFromThisMachine({ address, headers, publicUrl }: LoopbackFacts): boolean {
  if (publicUrl !== undefined && !isLoopbackName(parse(publicUrl)?.hostname ?? '')) return false;
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  const { host } = headers;
  const named = typeof host === 'string' ? parse(`http://${host}`) : null;
  return named !== null && isLoopbackName(named.hostname) && isLoopbackAddress(address);
}

/** Returns true for names and addresses of the machine itself, as URLs write them. */
function isLoopbackName(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true;
  return isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''));
}

function isLoopbackAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

function parse(url: string | undefined): URL | null {
  return url !== undefined && URL.canParse(url) ? new URL(url) : null;
}
