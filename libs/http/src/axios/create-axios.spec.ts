import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { httpResponseOf, isDeliveryError, type AxiosInstance, type DeliveryError } from '@patchbay/plugin-sdk';
import type { AxiosRequestConfig } from 'axios';
import { closeConnections, createHttpClient, type HttpClientOptions } from '../client/create-http-client.js';
import { createEgressPolicy } from '../egress/egress-policy.js';
import { createAxios } from './create-axios.js';

const egress = createEgressPolicy('127.0.0.1/32');

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let baseURL: string;
let received: Received[];
let respond: (response: ServerResponse) => void;
let close: () => Promise<void>;

beforeEach(async () => {
  received = [];
  respond = (response) => response.setHeader('content-type', 'application/json').end('{"id":"m1"}');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') });
      respond(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
});

afterEach(async () => {
  closeConnections(egress);
  await close();
});

function client(options: Partial<HttpClientOptions> = {}): AxiosInstance {
  const http = createHttpClient({ egress, signal: new AbortController().signal, timeoutMs: 10_000, ...options });
  return createAxios(http).create({ baseURL });
}

/** Returns the AxiosError and the DeliveryError that caused it. */
async function failure(work: Promise<unknown>): Promise<{ error: Error & { code?: string }; cause: DeliveryError }> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Error) || !('isAxiosError' in error))
    throw new Error('expected an AxiosError', { cause: error });
  if (!isDeliveryError(error.cause)) throw new Error('expected a DeliveryError as cause', { cause: error });
  return { error, cause: error.cause };
}

describe('a request', () => {
  it('has the URL of baseURL and params, and the transformed body', async () => {
    const axios = client();
    const { data, status, statusText, headers } = await axios.post<unknown>(
      '/v1/messages',
      { to: 'ä' },
      {
        params: { a: 1, list: ['x', 'y'] },
        headers: { 'X-Key': 'k' },
      },
    );
    expect(data).toEqual({ id: 'm1' });
    expect([status, statusText, headers['content-type']]).toEqual([200, 'OK', 'application/json']);
    const [request] = received;
    expect([request?.method, request?.url]).toEqual(['POST', '/v1/messages?a=1&list%5B%5D=x&list%5B%5D=y']);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-key': 'k',
      'user-agent': 'Patchbay',
    });
    expect(Buffer.from(request?.body ?? '', 'latin1').toString()).toBe('{"to":"ä"}');
  });

  it('sends forms, bytes and files as axios does', async () => {
    const axios = client();
    await axios.post('/', new URLSearchParams({ a: '1 2' }));
    await axios.put('/', new Uint8Array([104, 105]), { headers: { 'Content-Type': 'text/plain' } });
    await axios.patch('/', new Uint8Array([104, 105]).buffer);
    const form = new FormData();
    form.set('name', 'Asha');
    form.set('file', new Blob(['content']), 'a.txt');
    await axios.post('/', form);
    await axios.postForm('/', { name: 'Asha' });
    await axios.delete('/');
    expect(received.map(({ method }) => method)).toEqual(['POST', 'PUT', 'PATCH', 'POST', 'POST', 'DELETE']);
    const [params, bytes, buffer, own, built, none] = received;
    expect([params?.headers['content-type'], params?.body]).toEqual([
      'application/x-www-form-urlencoded;charset=utf-8',
      'a=1+2',
    ]);
    expect([bytes?.headers['content-type'], bytes?.body, buffer?.body]).toEqual(['text/plain', 'hi', 'hi']);
    expect(own?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(own?.body).toMatch(/name="name"\r\n\r\nAsha\r\n[^]*filename="a.txt"[^]*content\r\n/);
    expect(built?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(built?.body).toMatch(/name="name"\r\n\r\nAsha\r\n/);
    expect([none?.headers['content-type'], none?.body]).toEqual([undefined, '']);
  });

  it('passes transforms and interceptors, and Basic authentication', async () => {
    const axios = client();
    axios.interceptors.request.use((config) => {
      config.headers.set('X-Signed', String(config.data === undefined));
      return config;
    });
    axios.interceptors.response.use((response) => ({ ...response, data: { wrapped: response.data as unknown } }));
    const { data } = await axios.request<unknown>({
      url: '/',
      method: 'post',
      data: 'text',
      auth: { username: 'u', password: 'p' },
      transformRequest: (text: string) => text.toUpperCase(),
      transformResponse: (text: string) => text.length,
    });
    expect(data).toEqual({ wrapped: '{"id":"m1"}'.length });
    expect(received[0]).toMatchObject({ body: 'TEXT', headers: { 'x-signed': 'false', authorization: 'Basic dTpw' } });
  });

  it('is recorded, counted and refused by the callbacks of the client', async () => {
    const calls: string[] = [];
    const axios = client({
      onRequest: ({ method, url }) => calls.push(`${method} ${url}`),
      beforeWrite: () => calls.push('write'),
      onSent: () => calls.push('sent'),
    });
    await axios.post('/a', {});
    await axios.get('/b', { readsOnly: true });
    expect(calls).toEqual([`POST ${baseURL}/a`, 'write', 'sent', `GET ${baseURL}/b`, 'write']);
  });
});

describe('a response', () => {
  it('is text, JSON or bytes', async () => {
    const bytes = Buffer.from([0, 255, 1]);
    respond = (response) => response.end(bytes);
    const { data } = await client().get<Buffer>('/', { responseType: 'arraybuffer' });
    expect([Buffer.isBuffer(data), data]).toEqual([true, bytes]);
    respond = (response) => response.end('{"a":1}');
    expect((await client().get('/', { responseType: 'text' })).data).toBe('{"a":1}');
    expect((await client().get('/')).data).toEqual({ a: 1 });
    respond = (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('{"a":2}'));
    const { data: unpacked, headers } = await client().get<unknown>('/');
    expect([unpacked, headers['content-encoding']]).toEqual([{ a: 2 }, undefined]);
  });

  it('is available in the form that the helpers of the SDK use', async () => {
    const response = await client().get<unknown>('/');
    expect(httpResponseOf(response)).toMatchObject({ status: 200, text: '{"id":"m1"}' });
    expect(httpResponseOf(response).json()).toEqual({ id: 'm1' });
    const { data, status, statusText, headers, config } = response;
    const other = { data, status, statusText, headers, config };
    expect(() => httpResponseOf(other)).toThrow('needs a response of context.axios');
  });

  it.each([
    [400, 'ERR_BAD_REQUEST', 'rejected'],
    [401, 'ERR_BAD_REQUEST', 'credentials'],
    [429, 'ERR_BAD_REQUEST', 'throttled'],
    [503, 'ERR_BAD_RESPONSE', 'transient'],
  ])('with status %d rejects with code %s, caused by the error %s of http.send', async (status, code, kind) => {
    respond = (response) => response.writeHead(status, { 'retry-after': '7' }).end('{"why":"no"}');
    const { error, cause } = await failure(client().post('/', {}));
    expect(error).toMatchObject({ code, status, message: `Request failed with status code ${String(status)}` });
    expect(error).toMatchObject({ response: { status, data: { why: 'no' } } });
    expect(cause).toMatchObject({ kind, retryAfterMs: 7_000, response: { status, body: '{"why":"no"}' } });
    expect(Object.keys(error)).not.toContain('cause');
  });

  it('is accepted or refused by validateStatus', async () => {
    respond = (response) => response.writeHead(404).end('');
    expect((await client().get('/', { validateStatus: null })).status).toBe(404);
    expect((await client().get('/', { validateStatus: (status) => status === 404 })).status).toBe(404);
    respond = (response) => response.writeHead(200).end('');
    const { cause } = await failure(client().post('/', {}, { validateStatus: (status) => status === 201 }));
    expect(cause.kind).toBe('unconfirmed');
  });

  it('that redirects is refused, because the hub follows no redirect', async () => {
    respond = (response) => response.writeHead(302, { location: '/other' }).end('');
    const { error, cause } = await failure(client().get('/', { maxRedirects: 5 }));
    expect(error).toMatchObject({ status: 302 });
    expect([cause.kind, cause.message]).toEqual(['rejected', expect.stringContaining('redirects are not followed')]);
    expect(received).toHaveLength(1);
  });

  it('larger than maxContentLength, or than the limit of the hub, is refused', async () => {
    respond = (response) => response.end('x'.repeat(100));
    expect((await client().get<string>('/', { maxContentLength: 100 })).data).toHaveLength(100);
    const { error, cause } = await failure(client().post('/', {}, { maxContentLength: 99 }));
    expect([error.message, error.code, cause.kind]).toEqual([
      'maxContentLength size of 99 exceeded',
      'ERR_BAD_RESPONSE',
      'unconfirmed',
    ]);
    expect((await failure(client().get('/', { maxContentLength: 99, readsOnly: true }))).cause.kind).toBe('transient');
    respond = (response) => response.end('x'.repeat(1_024 * 1_024 + 1));
    expect((await failure(client().get('/', { maxContentLength: -1 }))).cause.message).toContain('larger than');
  });
});

describe('a request without a response', () => {
  it('is unconfirmed after the request was sent, and transient if it only reads', async () => {
    respond = (response) => response.destroy();
    const { error, cause } = await failure(client().post('/', {}));
    expect([error.message, cause.kind]).toEqual([cause.message, 'unconfirmed']);
    expect((await failure(client().get('/', { readsOnly: true }))).cause.kind).toBe('transient');
  });

  it('has the code of the system, or of a time limit', async () => {
    respond = () => undefined;
    const { error, cause } = await failure(client().post('/', {}, { timeout: 50 }));
    expect([error.code, cause.kind]).toEqual(['ECONNABORTED', 'unconfirmed']);
    await close();
    const refused = await failure(client().post('/', {}));
    expect([refused.error.code, refused.cause.kind]).toEqual(['ECONNREFUSED', 'transient']);
  });

  it('is refused if the operator does not allow the address', async () => {
    const { error, cause } = await failure(client().get('http://10.1.2.3/'));
    expect([error.code, cause.kind]).toEqual(['ERR_NETWORK', 'rejected']);
  });

  it.each([false, true])('ends when its signal fires, before it is sent: %s', async (isEarly) => {
    const abort = new AbortController();
    respond = () => abort.abort();
    const axios = client({
      beforeWrite: () => {
        if (isEarly) abort.abort();
      },
    });
    const { error, cause } = await failure(axios.post('/', {}, { signal: abort.signal }));
    expect([error.name, error.code]).toEqual(['CanceledError', 'ERR_CANCELED']);
    expect([cause.kind, cause.message]).toEqual([
      isEarly ? 'transient' : 'unconfirmed',
      expect.stringContaining('the plugin aborted the request'),
    ]);
  });
});

describe('an option that the hub does not have', () => {
  it.each<[string, AxiosRequestConfig]>([
    ['adapter', { adapter: 'http' }],
    ['httpAgent', { httpAgent: {} }],
    ['httpsAgent', { httpsAgent: {} }],
    ['proxy', { proxy: { host: '127.0.0.1', port: 1 } }],
    ['socketPath', { socketPath: '/tmp/x' }],
    ['transport', { transport: {} }],
    ['lookup', { lookup: () => Promise.resolve('127.0.0.1') }],
    ['maxRate', { maxRate: 1 }],
    ['onUploadProgress', { onUploadProgress: () => undefined }],
    ['onDownloadProgress', { onDownloadProgress: () => undefined }],
    ['decompress', { decompress: false }],
    ['httpVersion', { httpVersion: 2 }],
    ['responseType: stream', { responseType: 'stream' }],
    ['responseType: blob', { responseType: 'blob' }],
    ['responseEncoding', { responseEncoding: 'latin1' }],
    ['method OPTIONS', { method: 'options' }],
    ['method HEAD', { method: 'head' }],
    ['body', { method: 'post', data: Readable.from(['x']) }],
  ])('is refused before anything is sent: %s', async (name, config) => {
    const { error, cause } = await failure(client().request({ url: '/', ...config }));
    expect([error.code, cause.kind]).toEqual(['ERR_BAD_OPTION', 'mapping']);
    expect(error.message).toMatch(new RegExp(`^context.axios does not support .*${name}`));
    expect(received).toEqual([]);
  });

  it('is refused if an instance or an interceptor sets it', async () => {
    const created = client().create({ adapter: 'http' });
    expect((await failure(created.get('/'))).error.code).toBe('ERR_BAD_OPTION');
    const axios = client();
    axios.interceptors.request.use((config) => ({ ...config, adapter: 'fetch' }));
    expect((await failure(axios.get('/'))).error.code).toBe('ERR_BAD_OPTION');
    axios.defaults.adapter = 'http';
    expect((await failure(axios.get('/'))).error.code).toBe('ERR_BAD_OPTION');
    expect(received).toEqual([]);
  });

  it('includes bodies larger than maxBodyLength', async () => {
    const { cause } = await failure(client().post('/', 'four', { maxBodyLength: 3 }));
    expect([cause.kind, cause.message]).toEqual(['mapping', expect.stringContaining('maxBodyLength of 3')]);
    await client().post('/', 'four', { maxBodyLength: 4 });
    expect(received).toHaveLength(1);
  });
});
