import { DeliveryError, type HttpRequest } from '@patchbay/plugin-sdk';
import { ACCEPTED_ENCODINGS } from './answer-body.js';

/** Maximum size of a request body in bytes. An e-mail with 10 MB of attachments in base64 fits. */
export const REQUEST_BODY_LIMIT = 16 * 1_024 * 1_024;
const URL_LIMIT = 16_384;
const ACCEPTED_TYPES = 'application/json, text/plain, */*';

/** Headers that control the connection. Only the HTTP client may set these headers. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Maximum number of header names that {@link RequestChecks} remembers. */
const MAX_NAMES = 100;

/** Parts of a checked URL that a request needs. */
interface RequestTarget {
  readonly origin: string;
  /** Host and port. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
}

/**
 * Checks of the requests of one destination. They remember the last URL and the valid header names, because nearly all
 * requests of a destination have the same. Values of headers are checked for each request.
 */
export class RequestChecks {
  private last: { readonly url: string; readonly target: RequestTarget } | undefined;
  /** Valid names in lower case, by the name in the request. */
  private readonly names = new Map<string, string>();

  /** Returns the target of a request. Throws like {@link targetUrl}. */
  targetOf(request: HttpRequest): RequestTarget {
    const { query, url: text } = request;
    if (query === undefined && this.last?.url === text) return this.last.target;
    const { origin, host, pathname, search } = targetUrl(request);
    const target = { origin, host, path: `${pathname}${search}` };
    if (query === undefined) this.last = { url: text, target };
    return target;
  }

  /** Returns the headers of a request. Throws like {@link outboundHeaders}. */
  headersOf(request: HttpRequest, userAgent: string): Record<string, string> {
    return outboundHeaders(request, userAgent, this.nameOf);
  }

  private readonly nameOf = (name: string): string => {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    const checked = checkedName(name);
    if (this.names.size < MAX_NAMES) this.names.set(name, checked);
    return checked;
  };
}

/**
 * Returns the headers of a request, with lower-case names. Throws a `mapping` error if a header is not allowed.
 * @param nameOf checks the name of a header and returns it in lower case
 */
export function outboundHeaders(
  request: HttpRequest,
  userAgent: string,
  nameOf: (name: string) => string = checkedName,
): Record<string, string> {
  const headers: Record<string, string> = { accept: ACCEPTED_TYPES, 'user-agent': userAgent };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const lower = nameOf(name);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw unfit(
        `the value of the header ${lower} contains a line break or another character that headers do not allow`,
      );
    }
    headers[lower] = value;
  }
  headers['accept-encoding'] = ACCEPTED_ENCODINGS;
  return headers;
}

function checkedName(name: string): string {
  const lower = name.toLowerCase();
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]{1,200}$/.test(lower))
    throw unfit('a header name contains characters that HTTP does not allow');
  if (OWN_HEADERS.has(lower)) throw unfit(`the header ${lower} is set by the hub; remove it from the request`);
  return lower;
}

/** Returns the URL of a request, including the query parameters. Throws a `rejected` error if the URL is invalid. */
export function targetUrl(request: HttpRequest): URL {
  const pairs = request.query === undefined ? '' : formEncoded(request.query);
  const [address = '', fragment] = request.url.split('#', 2);
  const text = pairs === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${pairs}`;
  if (text.length > URL_LIMIT) throw refused(`the URL is longer than ${URL_LIMIT} characters`);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refused('the URL is invalid; use an absolute URL such as https://api.example.com/v1');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('only http and https URLs can be called');
  if (url.username !== '' || url.password !== '') {
    throw refused(
      'the URL contains credentials, which would appear in logs; move them to the credentials of the destination',
    );
  }
  if (fragment !== undefined) url.hash = '';
  return url;
}

/**
 * Encodes the body of a request and sets its content type in the headers. Null if the request has no body. Throws a
 * `mapping` error if the body cannot be sent.
 */
export function encodedBody(request: HttpRequest, headers: Record<string, string>): string | Buffer | null {
  const { json, form, body } = request;
  if (Number(json !== undefined) + Number(form !== undefined) + Number(body !== undefined) > 1) {
    throw unfit('a request may have only one of json, form and body');
  }
  let encoded: string | Buffer;
  if (json !== undefined) {
    headers['content-type'] ??= 'application/json';
    encoded = jsonText(json);
  } else if (form !== undefined) {
    headers['content-type'] ??= 'application/x-www-form-urlencoded';
    encoded = formEncoded(form);
  } else if (body !== undefined) {
    headers['content-type'] ??= 'application/octet-stream';
    encoded = typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  } else {
    delete headers['content-type'];
    return null;
  }
  if (Buffer.byteLength(encoded) > REQUEST_BODY_LIMIT) throw unfit('the request is larger than 16 MiB');
  return encoded;
}

function jsonText(json: NonNullable<HttpRequest['json']> | null): string {
  try {
    return JSON.stringify(json);
  } catch {
    throw unfit('the JSON of the request cannot be serialised: it is nested too deeply or refers to itself');
  }
}

function formEncoded(fields: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of typeof value === 'string' ? [value] : value) pairs.append(name, one);
  }
  return pairs.toString();
}

function refused(message: string): DeliveryError {
  return new DeliveryError('rejected', message);
}

function unfit(message: string): DeliveryError {
  return new DeliveryError('mapping', message);
}
