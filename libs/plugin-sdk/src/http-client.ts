import type { Json } from './json.js';

/** One outbound request. Set at most one of `json`, `form` and `body`. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute http or https URL without credentials in it. */
  readonly url: string;
  /** Header names in any case. A value with CR, LF or NUL is refused. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Parameters to append to the URL's query. A list of values repeats the parameter. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Body to send as `application/json`. */
  readonly json?: Json;
  /** Fields to send as `application/x-www-form-urlencoded`. A list of values repeats the field. */
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  /** Body to send unchanged. Set the content type in `headers`. */
  readonly body?: string | Uint8Array;
  /** Time limit of this request in milliseconds. The destination's time limit applies as well. */
  readonly timeoutMs?: number;
  /** Ends the request when it fires. The error is `unconfirmed` if the vendor may have received the request. */
  readonly signal?: AbortSignal;
  /** True if the request changes nothing at the vendor. A lost response is then `transient`, never `unconfirmed`. */
  readonly readsOnly?: boolean;
}

/** Complete HTTP response. */
export interface HttpResponse {
  readonly status: number;
  /** Header names in lower case. Values of repeated headers are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as UTF-8 text, at most 1 MiB. A longer response is an error. */
  readonly text: string;
  /** The body as bytes, decompressed. The hub always sets it; a response that a test makes may omit it. */
  readonly bytes?: Uint8Array;
  /**
   * Parses the body. Throws a DeliveryError if the body is not valid JSON. Its kind is `unconfirmed` after a 2xx status,
   * because the vendor may have accepted the message. It is `transient` after another status, and if the request only reads.
   */
  json(): Json;
}

/** File to download with GET. */
export interface DownloadRequest {
  /** Absolute http or https URL without credentials in it. */
  readonly url: string;
  /** Maximum size of the file in bytes. A larger file is an error. */
  readonly maxBytes: number;
}

/**
 * The hub's HTTP client for plugins. The client never follows redirects, never retries, ignores proxy variables of the
 * environment and refuses addresses that the operator does not allow.
 */
export interface HttpClient {
  /**
   * Sends a request and resolves with a 2xx response. Otherwise throws a classified DeliveryError (see {@link
   * DeliveryErrorKind}). HTTP errors are classified by status. Network failures are classified by whether the request
   * may have reached the vendor.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /**
   * Sends a request and resolves with any status; only network failures throw. Use this function for vendors that
   * report errors with their own codes.
   */
  exchange(request: HttpRequest): Promise<HttpResponse>;
  /**
   * Downloads a file that becomes part of a message, and resolves with its bytes. Errors concern this message only: a
   * missing or too large file and a refused address are `rejected`, all other failures are `transient`.
   */
  download(request: DownloadRequest): Promise<Uint8Array>;
}
