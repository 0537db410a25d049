import createFetchClient, { defaultPathSerializer, type Client, type Middleware } from 'openapi-fetch';
import { boundedFetch, type Send } from './bounded-fetch.js';
import { nameOf } from './name-of.js';
import { errorOf, PatchbayError } from './patchbay-error.js';
import type { paths } from './schema.js';

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_RETRIES = 2;

/** Path below which sources send events. Sources have their own credentials. */
const INGEST = '/v1/ingest/';

/**
 * Typed client of the API: `client.GET('/v1/brands/{brand}', { params: { path: { brand: 'acme' } } })`. A call that fails
 * rejects with a {@link PatchbayError}. A call that its own signal aborts rejects with the reason of the signal.
 */
export type PatchbayClient = Client<paths>;

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** URL of the hub without credentials, query and fragment, for example `https://hub.example.com`. */
  readonly baseUrl: string;
  /**
   * API key. Calls that send events do not get it, because a source has its own credentials. If it is absent, calls carry
   * no key.
   */
  readonly key?: string | undefined;
  /** Headers of every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time limit of an attempt in milliseconds, including the body of its answer. Default: 60,000. Null: no limit. */
  readonly timeoutMs?: number | null;
  /** Largest number of repetitions of a call, if a repetition is safe. Default: 2. */
  readonly retries?: number;
  /** Function that sends requests, for example through a proxy. Default: `fetch`. */
  readonly fetch?: Send;
}

/**
 * Creates a client of a hub. Does not call the hub.
 * @typeParam Paths operations as `openapi-typescript` describes them. Default: the operations of this version of the hub
 * @throws TypeError if the URL is not valid, or has credentials, a query or a fragment. The error does not contain the URL
 */
export function createClient<Paths extends object = paths>({
  baseUrl,
  key,
  headers = {},
  timeoutMs = DEFAULT_TIMEOUT_MS,
  retries = DEFAULT_RETRIES,
  fetch: send = (request) => fetch(request),
}: ClientOptions): Client<Paths> {
  const basePath = basePathOf(baseUrl);
  const client = createFetchClient<Paths>({
    baseUrl,
    headers: { accept: 'application/json', ...headers },
    fetch: boundedFetch(send, { timeoutMs, retries, basePath }),
    // The API never redirects. A redirect of a proxy must not get the body of a call, which may contain credentials.
    redirect: 'manual',
    pathSerializer,
  });
  client.use(throwErrors);
  if (key !== undefined) client.use(authorize(key));
  return client;
}

/** Returns the path of the base URL without a slash at its end. The error does not contain the URL, which may hold a password. */
function basePathOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== '' ||
    /[?#]/.test(url.href)
  ) {
    throw new TypeError(
      'The base URL is not a valid http or https URL, or it contains a user name, a password, a query or a fragment. ' +
        'Pass a URL like https://hub.example.com, and the API key as `key`.',
    );
  }
  return url.pathname.replace(/\/$/, '');
}

/** Inserts names into a path. Refuses `.` and `..`, because URLs resolve these segments even if they are encoded. */
function pathSerializer(path: string, names: Record<string, unknown>): string {
  for (const name of Object.values(names)) {
    if (name === '.' || name === '..' || name === '') {
      throw new RangeError(`"${name}" is not a valid name or id, because a URL cannot contain it as a name.`);
    }
  }
  return defaultPathSerializer(path, names);
}

function authorize(key: string): Middleware {
  return {
    onRequest({ request, schemaPath }) {
      if (schemaPath.startsWith(INGEST) || request.headers.has('authorization')) return undefined;
      request.headers.set('authorization', `Bearer ${key}`);
      return request;
    },
  };
}

/** Throws an error for every answer that is not a success of the hub. */
const throwErrors: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await errorOf(response);
    if ((response.headers.get('content-type') ?? '').includes('text/html')) {
      throw new PatchbayError('unreadable', { status: response.status });
    }
  },
  onError({ request, error }) {
    const name = nameOf(error);
    if (request.signal.aborted || name === 'AbortError') return undefined;
    return new PatchbayError(name === 'TimeoutError' ? 'timeout' : 'unreachable', { cause: error });
  },
};
