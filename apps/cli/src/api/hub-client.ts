import type { JsonObject } from '@patchbay/core';
import axios, { AxiosError } from 'axios';
import { CliError } from '../cli-error.js';
import type { HubAnswer } from './hub-answer.js';
import { isJsonObject } from './json-reading.js';
import { CHECK_URL_HINT, refusalOf } from './refusal.js';

const TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** URL and admin key of a hub. */
export interface HubAddress {
  /** URL without a trailing slash. */
  readonly url: string;
  /** Admin key. Absent if no key is set. */
  readonly adminKey?: string;
}

type HubMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

interface CallOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Timeout in milliseconds. Default: one minute. */
  readonly timeoutMs?: number;
}

/** HTTP client of the hub. Every failure is a CliError with a hint. */
export class HubClient {
  constructor(readonly address: HubAddress) {}

  get(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<JsonObject> {
    return this.call('GET', path, { query });
  }

  post(path: string, body: object = {}, options: Pick<CallOptions, 'query' | 'timeoutMs'> = {}): Promise<JsonObject> {
    return this.call('POST', path, { ...options, body });
  }

  /** Sends bytes with a PATCH request and returns the JSON body of the response. */
  patchBytes(path: string, bytes: Buffer, headers: Readonly<Record<string, string>>): Promise<JsonObject> {
    return this.call('PATCH', path, { body: bytes, headers });
  }

  /** Sends a DELETE request and returns the JSON body of the response. */
  deleteWithAnswer(path: string): Promise<JsonObject> {
    return this.call('DELETE', path, {});
  }

  /** Sends a GET request and returns the body as text, for responses that are not JSON. */
  async getText(path: string): Promise<string> {
    return (await this.answerTo('GET', path, {})).text;
  }

  /** Sends a DELETE request. Resolves when the hub has confirmed it. */
  async delete(path: string): Promise<void> {
    await this.answerTo('DELETE', path, {});
  }

  /** Sends a request and returns the response with any status. Throws only if no response arrives. */
  async request(
    method: HubMethod,
    path: string,
    options: {
      readonly query?: Readonly<Record<string, string | undefined>>;
      readonly body?: object | Buffer;
      readonly headers?: Readonly<Record<string, string>>;
      readonly timeoutMs?: number;
    } = {},
  ): Promise<HubAnswer> {
    const { url } = this.address;
    try {
      const response = await axios.request<string>({
        method,
        baseURL: url,
        url: path,
        params: options.query,
        ...(options.body === undefined ? {} : { data: options.body }),
        headers: { accept: 'application/json', ...options.headers },
        responseType: 'text',
        transformResponse: [],
        validateStatus: () => true,
        timeout: options.timeoutMs ?? TIMEOUT_MS,
        maxBodyLength: Infinity,
        maxRedirects: 0,
        maxContentLength: MAX_ANSWER_BYTES,
        // A proxy cannot reach a hub on this machine, so the request must not use a proxy.
        ...(isLoopback(url) ? { proxy: false } : {}),
      });
      const text = typeof response.data === 'string' ? response.data : '';
      return { status: response.status, text, body: parse(text) };
    } catch (error) {
      throw unreachable(url, error);
    }
  }

  private async call(method: HubMethod, path: string, options: CallOptions): Promise<JsonObject> {
    const { body } = await this.answerTo(method, path, options);
    if (isJsonObject(body)) return body;
    throw new CliError(
      `${this.address.url} responded to ${method} ${path} with a body that is not a JSON object.`,
      CHECK_URL_HINT,
    );
  }

  /** Sends a request with the admin key. Throws if the hub refuses it. */
  private async answerTo(method: HubMethod, path: string, options: CallOptions): Promise<HubAnswer> {
    const { adminKey, url } = this.address;
    if (adminKey === undefined) {
      throw new CliError(
        'No admin key is set.',
        'Set PATCHBAY_ADMIN_KEY to an API key of the hub, or run this command in the folder that contains its ' +
          '.patchbay folder.',
      );
    }
    const answer = await this.request(method, path, {
      ...options,
      headers: { ...options.headers, authorization: `Bearer ${adminKey}` },
    });
    if (answer.status < 200 || answer.status >= 300) throw refusalOf(url, `${method} ${path}`, answer);
    return answer;
  }
}

/**
 * Encodes a name as one path segment, so that the name cannot change the route. Throws a CliError for `.` and `..`,
 * because URLs resolve these segments even if they are encoded: `customers/%2E%2E` resolves to the brand itself.
 */
export function segment(name: string): string {
  if (name === '.' || name === '..')
    throw new CliError(
      `"${name}" is not a valid name or id.`,
      'Use another name: a URL cannot contain "." or ".." as a name.',
    );
  return encodeURIComponent(name);
}

/** Returns true if the URL names this machine. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Converts an error of axios. Copies only the code of the error, because the error also holds the request headers with
 * the admin key.
 */
function unreachable(url: string, error: unknown): CliError {
  const code = error instanceof AxiosError ? error.code : undefined;
  const why = code === undefined ? '' : ` (${code})`;
  if (code === AxiosError.ECONNABORTED || code === AxiosError.ETIMEDOUT) {
    return new CliError(`The hub at ${url} did not answer in time${why}.`, 'Check the log of the hub, or try again.');
  }
  return new CliError(
    `No hub answers at ${url}${why}.`,
    'Start a hub with `npm start`, or set PATCHBAY_URL to the URL of a running hub.',
  );
}
