import type { JsonObject } from '@patchbay/core';
import axios, { AxiosError } from 'axios';
import { CliError } from '../cli-error.js';
import type { HubAnswer } from './hub-answer.js';
import { isJsonObject } from './json-reading.js';
import { refusalOf } from './refusal.js';

const TIMEOUT_MS = 60_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Where the hub is and what opens it. */
export interface HubAddress {
  /** Without a slash at its end. */
  readonly url: string;
  /** The admin key; absent where none is set. */
  readonly adminKey?: string;
}

type HubMethod = 'GET' | 'POST' | 'DELETE';

interface CallOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** In milliseconds. Left out: a minute. */
  readonly timeoutMs?: number;
}

/** Speaks HTTP with the hub. Every failure is a CliError that says how to fix it. */
export class HubClient {
  constructor(readonly address: HubAddress) {}

  get(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<JsonObject> {
    return this.call('GET', path, { query });
  }

  post(path: string, body: object = {}, options: Pick<CallOptions, 'timeoutMs'> = {}): Promise<JsonObject> {
    return this.call('POST', path, { ...options, body });
  }

  /** A deletion that is answered with what was done. */
  deleteWithAnswer(path: string): Promise<JsonObject> {
    return this.call('DELETE', path, {});
  }

  /** An answer that is no JSON. */
  async getText(path: string): Promise<string> {
    return (await this.answerTo('GET', path, {})).text;
  }

  /** Resolves when the hub has answered that it is gone. */
  async delete(path: string): Promise<void> {
    await this.answerTo('DELETE', path, {});
  }

  /** Whatever the hub answers, refusals too. Throws only where nothing answers. */
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
        // A proxy set for the outside world cannot reach a hub on this machine.
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
      `${this.address.url} answered ${method} ${path} with something else than a JSON object.`,
      isHub(),
    );
  }

  /** Throws where the hub refuses. */
  private async answerTo(method: HubMethod, path: string, options: CallOptions): Promise<HubAnswer> {
    const { adminKey, url } = this.address;
    if (adminKey === undefined) {
      throw new CliError(
        'There is no admin key to show to the hub.',
        'Set PATCHBAY_ADMIN_KEY to the key that the hub runs with, or call this where the hub keeps its .patchbay folder.',
      );
    }
    const answer = await this.request(method, path, { ...options, headers: { authorization: `Bearer ${adminKey}` } });
    if (answer.status < 200 || answer.status >= 300) throw refusalOf(url, `${method} ${path}`, answer);
    return answer;
  }
}

/**
 * A segment of a path, so that no name can reach another route. Throws a CliError for the two that no URL can hold, in
 * whatever way they are written: `customers/%2E%2E` is the brand itself.
 */
export function segment(name: string): string {
  if (name === '.' || name === '..')
    throw new CliError(`"${name}" can be no name and no id in a URL.`, 'Check what was given.');
  return encodeURIComponent(name);
}

/** True for a URL of this machine. */
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

function isHub(): string {
  return 'Is PATCHBAY_URL the address of a Patchbay hub?';
}

/** Axios's errors carry the request with its headers, so nothing but the code leaves here. */
function unreachable(url: string, error: unknown): CliError {
  const code = error instanceof AxiosError ? error.code : undefined;
  const why = code === undefined ? '' : ` (${code})`;
  if (code === AxiosError.ECONNABORTED || code === AxiosError.ETIMEDOUT) {
    return new CliError(`The hub at ${url} did not answer in time${why}.`, 'Look at its log, or try again.');
  }
  return new CliError(
    `No hub answers at ${url}${why}.`,
    'Start one with `npm start`, or set PATCHBAY_URL to where it runs.',
  );
}
