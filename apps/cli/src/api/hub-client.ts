import { createClient, PatchbayError } from '@patchbay/client';
import type { JsonObject } from '@patchbay/core';
import { CliError } from '../cli-error.js';
import type { ApiPath, PathWith } from './api-path.js';
import type { HubAnswer } from './hub-answer.js';
import { isJsonObject } from './json-reading.js';
import { proxiedFetch } from './proxied-fetch.js';
import { CHECK_URL_HINT, refusalOf } from './refusal.js';

const TIMEOUT_MS = 60_000;

/** URL and admin key of a hub. */
export interface HubAddress {
  /** URL without a trailing slash. */
  readonly url: string;
  /** Admin key. Absent if no key is set. */
  readonly adminKey?: string;
}

type HubMethod = 'get' | 'post' | 'patch' | 'delete';
type Query = Readonly<Record<string, string | undefined>>;

interface CallOptions {
  readonly query?: Query;
  /** JSON value, or bytes, which are sent as they are. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Timeout in milliseconds. Default: one minute. */
  readonly timeoutMs?: number;
}

/**
 * Operation of the API without the types of its values, because the user enters them and the hub checks them. The hub may
 * have another version.
 */
interface AnyOperation {
  parameters: { query?: Query; path: ApiPath['names'] };
  requestBody?: { content: { 'application/json': object } };
  responses: { 200: { content: { 'application/json': unknown } } };
}
type AnyPaths = Record<ApiPath['template'], Record<HubMethod, AnyOperation>>;

/** HTTP client of the hub. Every failure is a CliError with a hint. */
export class HubClient {
  private readonly fetch: (request: Request) => Promise<Response>;

  constructor(readonly address: HubAddress) {
    this.fetch = proxiedFetch(address.url);
  }

  get<Path extends PathWith<'get'>>(path: ApiPath<Path>, query: Query = {}): Promise<JsonObject> {
    return this.call('get', path, { query });
  }

  post<Path extends PathWith<'post'>>(
    path: ApiPath<Path>,
    body: object = {},
    options: Pick<CallOptions, 'query' | 'timeoutMs'> = {},
  ): Promise<JsonObject> {
    return this.call('post', path, { ...options, body });
  }

  /** Sends bytes with a PATCH request and returns the JSON body of the response. */
  patchBytes<Path extends PathWith<'patch'>>(
    path: ApiPath<Path>,
    bytes: Buffer,
    headers: Readonly<Record<string, string>>,
  ): Promise<JsonObject> {
    return this.call('patch', path, {
      body: bytes,
      headers: { 'content-type': 'application/offset+octet-stream', ...headers },
    });
  }

  /** Sends a DELETE request and returns the JSON body of the response. */
  deleteWithAnswer<Path extends PathWith<'delete'>>(path: ApiPath<Path>): Promise<JsonObject> {
    return this.call('delete', path, {});
  }

  /** Sends a GET request and returns the body as text, for responses that are not JSON. */
  async getText<Path extends PathWith<'get'>>(path: ApiPath<Path>): Promise<string> {
    return (await this.answerTo('get', path, {})).text;
  }

  /** Sends a DELETE request. Resolves when the hub has confirmed it. */
  async delete<Path extends PathWith<'delete'>>(path: ApiPath<Path>, query: Query = {}): Promise<void> {
    await this.answerTo('delete', path, { query });
  }

  /** Sends a request without the admin key, and returns the response with any status. Throws only if no response arrives. */
  request<Method extends HubMethod, Path extends PathWith<Method>>(
    method: Method,
    path: ApiPath<Path>,
    options: CallOptions = {},
  ): Promise<HubAnswer> {
    return this.send(method, path, options);
  }

  private async call(method: HubMethod, path: ApiPath, options: CallOptions): Promise<JsonObject> {
    const { body } = await this.answerTo(method, path, options);
    if (isJsonObject(body)) return body;
    throw new CliError(
      `${this.address.url} responded to ${callText(method, path)} with a body that is not a JSON object.`,
      CHECK_URL_HINT,
    );
  }

  /** Sends a request with the admin key. Throws if the hub refuses it. */
  private async answerTo(method: HubMethod, path: ApiPath, options: CallOptions): Promise<HubAnswer> {
    const { adminKey, url } = this.address;
    if (adminKey === undefined) {
      throw new CliError(
        'No admin key is set.',
        'Set PATCHBAY_ADMIN_KEY to an API key of the hub, or run this command in the folder that contains its ' +
          '.patchbay folder.',
      );
    }
    const answer = await this.send(method, path, options, adminKey);
    if (answer.status < 200 || answer.status >= 300) throw refusalOf(url, callText(method, path), answer);
    return answer;
  }

  private async send(
    method: HubMethod,
    { template, names }: ApiPath,
    { query = {}, body, headers = {}, timeoutMs = TIMEOUT_MS }: CallOptions,
    key?: string,
  ): Promise<HubAnswer> {
    const { url } = this.address;
    try {
      const client = createClient<AnyPaths>({ baseUrl: url, key, timeoutMs, retries: 0, fetch: this.fetch });
      const { data, response } = await client.request(method, template, {
        params: { path: names, query },
        ...(body === undefined ? {} : { body, bodySerializer }),
        headers,
        parseAs: 'text',
      });
      const text = typeof data === 'string' ? data : '';
      return { status: response.status, text, body: parse(text) };
    } catch (error) {
      if (error instanceof PatchbayError && error.status !== 0) {
        return { status: error.status, text: '', body: error.body };
      }
      throw failureOf(url, error);
    }
  }
}

function bodySerializer(body: object | undefined): string | Uint8Array {
  return body instanceof Uint8Array ? body : JSON.stringify(body);
}

function callText(method: HubMethod, { template }: ApiPath): string {
  return `${method.toUpperCase()} ${template}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Converts an error of the client for a call without a response. */
function failureOf(url: string, error: unknown): unknown {
  if (error instanceof RangeError) return new CliError(error.message, 'Use another name.');
  if (!(error instanceof PatchbayError)) return error;
  if (error.kind === 'timeout') {
    return new CliError(`The hub at ${url} did not answer in time.`, 'Check the log of the hub, or try again.');
  }
  const { cause } = error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return new CliError(
    `No hub answers at ${url}${typeof code === 'string' ? ` (${code})` : ''}.`,
    'Start a hub with `npm start`, or set PATCHBAY_URL to the URL of a running hub.',
  );
}
