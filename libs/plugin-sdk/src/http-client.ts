import type { Json } from './json.js';

/** One outbound request. Exactly one of `json`, `form` and `body`, or none. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute http or https URL without credentials in it. */
  readonly url: string;
  /** Names in any case. A value with CR, LF or NUL is refused. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Appended to the URL's query; a list repeats the name. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as `application/json`. */
  readonly json?: Json;
  /** Sent as `application/x-www-form-urlencoded`; a list repeats the name. */
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as it is; say the content type in `headers`. */
  readonly body?: string | Uint8Array;
  /** Milliseconds for this request alone; the destination's time limit bounds it anyway. */
  readonly timeoutMs?: number;
  /** True where the request changes nothing at the vendor: a lost answer is then `transient`, never `unconfirmed`. */
  readonly readsOnly?: boolean;
}

/** A complete answer. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text (UTF-8), at most 1 MiB; a longer answer is an error. */
  readonly text: string;
  /** Parses the body. Throws a `transient` DeliveryError that says so where it is not JSON. */
  json(): Json;
}

/**
 * The hub's outbound client. It never follows redirects, never reads proxies from the environment, refuses addresses
 * that the operator did not allow, and never retries.
 */
export interface HttpClient {
  /**
   * Resolves with a 2xx answer. Anything else throws a DeliveryError that is already classified (see
   * {@link DeliveryErrorKind}): by status, and for network failures by whether the request may have reached the vendor.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** As {@link send}, but resolves with any status; only network failures throw. For vendors with codes of their own. */
  exchange(request: HttpRequest): Promise<HttpResponse>;
}
