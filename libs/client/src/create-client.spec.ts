import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { answerOf } from './answer-of.js';
import { createClient, type ClientOptions, type PatchbayClient } from './create-client.js';
import { entriesOf } from './entries-of.js';

const KEY = 'invented-key-0001';
const brand = { params: { path: { brand: 'acme' } } };

/** Request that the server received. */
interface Received {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

describe('createClient', () => {
  let server: Server | undefined;
  const received: Received[] = [];

  /** Starts a server that answers with `answers` in turn, and returns a client of it. */
  async function clientOf(
    answers: readonly ((response: ServerResponse, request: IncomingMessage) => void)[],
    options: Partial<ClientOptions> = {},
  ): Promise<PatchbayClient> {
    received.length = 0;
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const answer = answers[received.length];
        const { method = '', url = '', headers } = request;
        received.push({ line: `${method} ${url}`, authorization: headers.authorization, body });
        if (answer === undefined) response.destroy();
        else answer(response, request);
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return createClient({ baseUrl: `http://127.0.0.1:${port}/hub/`, key: KEY, ...options });
  }

  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });

  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    return (response: ServerResponse): void => {
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
    };
  };

  it('sends the key and encoded names, and returns the body', async () => {
    const client = await clientOf([json(200, { name: 'a/b' })]);
    const answer = await answerOf(client.GET('/v1/brands/{brand}', { params: { path: { brand: 'a/b' } } }));
    expect(answer).toMatchObject({ name: 'a/b' });
    expect(received).toEqual([{ line: 'GET /hub/v1/brands/a%2Fb', authorization: `Bearer ${KEY}`, body: '' }]);
  });

  it('sends no key to a source', async () => {
    const client = await clientOf([json(202, { events: [] })]);
    const path = { brand: 'acme', source: 'capillary' };
    await client.POST('/v1/ingest/{brand}/{source}', { params: { path }, body: { eventName: 'pointsIssued' } });
    expect(received).toMatchObject([{ authorization: undefined, body: '{"eventName":"pointsIssued"}' }]);
  });

  it('throws the error of the hub with its fields', async () => {
    const errors = [{ field: 'timezone', detail: 'Use an IANA time zone.' }];
    const client = await clientOf([json(422, { status: 422, detail: 'The values are invalid.', errors })]);
    await expect(client.PATCH('/v1/brands/{brand}', { ...brand, body: {} })).rejects.toMatchObject({
      ...{ name: 'PatchbayError', kind: 'refused', status: 422, message: 'The values are invalid.', errors },
    });
    expect(received).toHaveLength(1);
  });

  it('repeats a call with its body, and then throws the last error', async () => {
    const busy = json(429, { status: 429, detail: 'Too many requests.' }, { 'retry-after': '0' });
    const client = await clientOf([busy, busy, busy]);
    await expect(client.PATCH('/v1/brands/{brand}', { ...brand, body: { timezone: 'UTC' } })).rejects.toMatchObject({
      ...{ kind: 'refused', status: 429, retryAfter: 0 },
    });
    expect(received.map(({ body }) => body)).toEqual(Array(3).fill('{"timezone":"UTC"}'));
  });

  it('reads again after a lost answer', async () => {
    const client = await clientOf([(response) => response.destroy(), json(200, { name: 'acme' })]);
    expect(await answerOf(client.GET('/v1/brands/{brand}', brand))).toMatchObject({ name: 'acme' });
  });

  it('does not read again after a loss within the body', async () => {
    const cutOff = (response: ServerResponse): void => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{', () => response.destroy());
    };
    const client = await clientOf([cutOff]);
    await expect(answerOf(client.GET('/v1/brands/{brand}', brand))).rejects.toMatchObject({
      ...{ name: 'PatchbayError', kind: 'unreachable', status: 0 },
    });
    expect(received).toHaveLength(1);
  });

  it('cancels the body of an answer before it repeats the call', async () => {
    const steps: string[] = [];
    const body = new ReadableStream({
      cancel() {
        steps.push('cancel');
      },
    });
    const busy = new Response(body, { status: 429, headers: { 'retry-after': '0' } });
    const answers = [busy, Response.json({ name: 'acme' })];
    const client = await clientOf([], {
      fetch: () => {
        steps.push('send');
        return Promise.resolve(answers.shift() ?? Response.error());
      },
    });
    expect(await answerOf(client.GET('/v1/brands/{brand}', brand))).toMatchObject({ name: 'acme' });
    expect(steps).toEqual(['send', 'cancel', 'send']);
  });

  it('does not repeat a call after a redirect that a browser hides', async () => {
    let calls = 0;
    const client = await clientOf([], {
      fetch: () => {
        calls += 1;
        return Promise.resolve(Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' }));
      },
    });
    await expect(client.GET('/v1/stats')).rejects.toMatchObject({ kind: 'unreadable', status: 0 });
    expect(calls).toBe(1);
  });

  it('does not repeat a change after a lost answer', async () => {
    const client = await clientOf([]);
    await expect(client.DELETE('/v1/brands/{brand}', brand)).rejects.toMatchObject({ kind: 'unreachable', status: 0 });
    expect(received).toHaveLength(1);
  });

  it.each([
    ['an answer that is not from a hub', json(502, '', { 'content-type': 'text/html' }), 502],
    ['a page', json(200, '', { 'content-type': 'text/html' }), 200],
    ['a redirect, without following it', json(302, '', { 'content-type': 'text/html', location: '/other' }), 302],
    ['a body that is cut off', json(200, '', { 'content-length': '1' }), 0],
  ])('refuses %s', async (_, answer, status) => {
    const client = await clientOf([answer], { retries: 0 });
    await expect(answerOf(client.GET('/v1/stats'))).rejects.toMatchObject({ kind: 'unreadable', status });
    expect(received).toHaveLength(1);
  });

  it('ends a call after the time limit, and at once if the caller aborts it', async () => {
    const client = await clientOf([() => undefined, () => undefined], { retries: 0, timeoutMs: 50 });
    await expect(client.GET('/v1/stats')).rejects.toMatchObject({ kind: 'timeout' });
    const aborted = AbortSignal.abort();
    await expect(client.GET('/v1/stats', { signal: aborted })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['a user name and a password', 'http://me:hunter2@hub.example.com'],
    ['a password without a user name', 'http://:hunter2@hub.example.com'],
    ['a query', 'http://hub.example.com/?hunter2'],
    ['a fragment', 'http://hub.example.com/#hunter2'],
    ['no scheme', 'hunter2'],
  ])('refuses a base URL with %s without quoting it', (_, baseUrl) => {
    let error: unknown;
    try {
      createClient({ baseUrl });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error)).toContain('The base URL is not a valid http or https URL');
    expect(inspect(error)).not.toContain('hunter2');
  });

  it.each(['.', '..', ''])('refuses the name "%s", which would change the path', async (name) => {
    const client = await clientOf([]);
    const call = client.DELETE('/v1/keys/{id}', { params: { path: { id: name } } });
    await expect(call).rejects.toThrow('is not a valid name or id');
    expect(received).toEqual([]);
  });

  it('iterates over the entries of all pages', async () => {
    const client = await clientOf([
      json(200, { data: [{ name: 'acme' }, { name: 'globex' }], nextCursor: 'c1' }),
      json(200, { data: [{ name: 'initech' }], nextCursor: null }),
    ]);
    const names: string[] = [];
    const entries = entriesOf((page) => client.GET('/v1/brands', { params: { query: { ...page, limit: 2 } } }));
    for await (const { name } of entries) names.push(name);
    expect(names).toEqual(['acme', 'globex', 'initech']);
    expect(received.map(({ line }) => line)).toEqual([
      'GET /hub/v1/brands?limit=2',
      'GET /hub/v1/brands?cursor=c1&limit=2',
    ]);
  });

  it('refuses a page that names itself as the next one', async () => {
    const page = json(200, { data: [], nextCursor: 'c1' });
    const client = await clientOf([page, page]);
    const entries = entriesOf((query) => client.GET('/v1/brands', { params: { query } }));
    await expect(entries.next()).rejects.toMatchObject({ kind: 'unreadable' });
  });
});
