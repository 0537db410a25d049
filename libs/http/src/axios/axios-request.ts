import { basicAuth, DeliveryError, type HttpRequest } from '@patchbay/plugin-sdk';
import type { InternalAxiosRequestConfig } from 'axios';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const RESPONSE_TYPES: ReadonlySet<unknown> = new Set([undefined, 'json', 'text', 'arraybuffer']);
const ENCODINGS: ReadonlySet<unknown> = new Set([undefined, 'utf8', 'utf-8', 'UTF-8']);

const CONNECTION = 'because the hub opens the connections';
const PROGRESS = 'because the hub reads a response at once';

/** Options that the hub does not have, with the reason. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  httpAgent: CONNECTION,
  httpsAgent: CONNECTION,
  http2Options: CONNECTION,
  insecureHTTPParser: CONNECTION,
  lookup: CONNECTION,
  maxRate: CONNECTION,
  proxy: CONNECTION,
  socketPath: CONNECTION,
  transport: CONNECTION,
  onDownloadProgress: PROGRESS,
  onUploadProgress: PROGRESS,
  cancelToken: 'because axios replaced it; use signal',
};

/**
 * Converts the options of an axios request, after its transforms, to a request of the hub. Throws a `mapping` error for an
 * option that the hub does not have.
 * @param url complete URL, with the parameters
 */
export async function httpRequestOf(config: InternalAxiosRequestConfig, url: string): Promise<HttpRequest> {
  requireSupported(config);
  const { auth, readsOnly = false, signal, timeout = 0 } = config;
  const { body, contentType } = await bodyOf(config);
  return {
    method: methodOf(config),
    url,
    headers: {
      ...config.headers.toJSON(true),
      ...(contentType !== undefined && { 'Content-Type': contentType }),
      ...(auth !== undefined && { Authorization: basicAuth(auth.username, auth.password) }),
    },
    readsOnly,
    ...(body !== undefined && { body }),
    ...(timeout > 0 && { timeoutMs: timeout }),
    ...(signal instanceof AbortSignal && { signal }),
  };
}

/** Returns the error for an option that the hub does not have. */
export function unsupported(option: string, reason: string): DeliveryError {
  return new DeliveryError('mapping', `context.axios does not support ${option}, ${reason}`);
}

function requireSupported(config: InternalAxiosRequestConfig): void {
  for (const [name, value] of Object.entries(config)) {
    const reason = UNSUPPORTED[name];
    if (reason !== undefined && value !== undefined && value !== null && value !== false)
      throw unsupported(name, reason);
  }
  const { decompress, httpVersion, responseEncoding, responseType, signal } = config;
  if (decompress === false) throw unsupported('decompress: false', 'because the hub limits the decompressed size');
  if (httpVersion === 2) throw unsupported('httpVersion: 2', CONNECTION);
  if (!RESPONSE_TYPES.has(responseType)) {
    throw unsupported(
      `responseType: ${String(responseType)}`,
      'because the hub reads a response at once; use arraybuffer',
    );
  }
  if (!ENCODINGS.has(responseEncoding)) {
    throw unsupported('responseEncoding', 'because the hub reads text as UTF-8; decode an arraybuffer');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw unsupported('this signal', 'because it is not an AbortSignal of Node.js');
  }
}

function methodOf({ method = 'get' }: InternalAxiosRequestConfig): HttpRequest['method'] {
  const name = method.toUpperCase();
  const known = METHODS.find((one) => one === name);
  if (known === undefined) throw unsupported(`the method ${name.slice(0, 20)}`, `use one of ${METHODS.join(', ')}`);
  return known;
}

/** Body of a request, and its content type if the body decides it. */
interface Body {
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
}

async function bodyOf({ data, maxBodyLength = -1 }: InternalAxiosRequestConfig<unknown>): Promise<Body> {
  const encoded = await encodedBody(data);
  const size = Buffer.byteLength(encoded.body ?? '');
  if (maxBodyLength > -1 && size > maxBodyLength) {
    throw new DeliveryError(
      'mapping',
      `the request has ${size} bytes, more than its maxBodyLength of ${maxBodyLength}`,
    );
  }
  return encoded;
}

async function encodedBody(data: unknown): Promise<Body> {
  if (data === undefined || data === null) return {};
  if (typeof data === 'string' || data instanceof Uint8Array) return { body: data };
  if (data instanceof ArrayBuffer) return { body: new Uint8Array(data) };
  if (data instanceof FormData || data instanceof Blob) {
    // `Response` encodes forms as `fetch` does, and chooses the boundary.
    const encoded = new Response(data);
    const contentType = encoded.headers.get('content-type') ?? undefined;
    return { body: new Uint8Array(await encoded.arrayBuffer()), ...(contentType !== undefined && { contentType }) };
  }
  throw unsupported('this body', 'because the hub sends no streams; use text, bytes, or the FormData of Node.js');
}
