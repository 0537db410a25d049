import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answer, throttle } from './behaviour.js';
import { defineSandbox } from './sandbox-definition.js';
import { startSandbox, type StartedSandbox } from './start-sandbox.js';

const parrot = defineSandbox({
  type: 'parrot',
  label: 'Parrot',
  credentials: { key: 'invented' },
  wrongCredentials: { key: 'other' },
  settings: (baseUrl) => ({ baseUrl }),
  message: { text: 'hello' },
  start: (frame) => [
    {
      name: 'send',
      method: 'POST',
      path: '/v1/:account/messages.json',
      sends: true,
      handle(request) {
        const text = request.jsonObject()?.text;
        if (typeof text !== 'string') return { status: 400, body: { error: 'no text' } };
        frame.receive({ to: request.params.account ?? null, text, externalId: 'p-1', status: 'queued' }, request);
        return { status: 201, body: { id: 'p-1' } };
      },
    },
    { name: 'token', method: ['GET', 'POST'], path: '/token', handle: () => ({ status: 200, body: 'abc' }) },
  ],
  errors: [],
});

describe('a sandbox', () => {
  let started: StartedSandbox;
  const post = (text: string, path = '/v1/acc/messages.json') =>
    fetch(started.sandbox.baseUrl + path, { method: 'POST', body: JSON.stringify({ text }) });

  beforeEach(async () => {
    started = await startSandbox(parrot);
  });
  afterEach(async () => {
    await started.stop();
  });

  it('keeps idle connections longer than the hub', async () => {
    expect((await post('hello')).headers.get('keep-alive')).toBe('timeout=60');
  });

  it('accepts a message by the vendor’s rules and keeps it', async () => {
    const response = await post('hello');
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ id: 'p-1' });
    expect(started.sandbox.inbox).toMatchObject([{ to: 'acc', text: 'hello', status: 'queued', externalId: 'p-1' }]);
  });

  it('repeats everything that it received if scripted to, and accepts nothing', async () => {
    started.sandbox.next({ kind: 'echo', status: 422, headers: { 'x-seen': 'yes' } });
    const response = await post('Dear Asha, hello');
    expect([response.status, response.headers.get('x-seen')]).toEqual([422, 'yes']);
    expect(await response.json()).toMatchObject({
      message: 'Cannot take {"text":"Dear Asha, hello"}',
      pieces: ['Dear Asha', 'hello'],
      base64: Buffer.from('{"text":"Dear Asha, hello"}').toString('base64'),
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      target: '/v1/acc/messages.json',
    });
    expect(started.sandbox.inbox).toEqual([]);
    expect((await post('hello')).status).toBe(201);
  });

  it('adds planted words to texts with a blank, and not to codes', async () => {
    const body = { code: 'E1', errors: [{ message: 'not valid', code: 7 }] };
    started.sandbox.plant(' (to 42)');
    started.sandbox.next(answer(400, body));
    expect(await (await post('hello')).json()).toEqual({
      code: 'E1',
      errors: [{ message: 'not valid (to 42)', code: 7 }],
    });
    started.sandbox.plant('');
    started.sandbox.next(answer(400, body));
    expect(await (await post('hello')).json()).toEqual(body);
  });

  it('records a request that is not an operation of the vendor', async () => {
    expect((await post('hello', '/v1/acc/messages.xml')).status).toBe(404);
    expect(started.sandbox.violations).toEqual(['POST /v1/acc/messages.xml is not an operation of this vendor']);
  });

  it('exposes the request line as received, for signatures that cover it', async () => {
    await fetch(`${started.sandbox.baseUrl}/token?a%5B0%5D=%2B%20x&b=1+2`);
    const [request] = started.sandbox.requests;
    expect(request?.target).toBe('/token?a%5B0%5D=%2B%20x&b=1+2');
    expect(request?.withParams({}).target).toBe(request?.target);
  });

  it('fails once for the route that accepts messages, and not for others', async () => {
    started.sandbox.next(throttle(7));
    started.sandbox.next(answer(500, 'oops'));
    expect((await fetch(`${started.sandbox.baseUrl}/token`)).status).toBe(200);
    const throttled = await post('one');
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await (await post('two')).text()).toBe('oops');
    expect((await post('three')).status).toBe(201);
    expect(started.sandbox.inbox.map(({ text }) => text)).toEqual(['three']);
  });

  it('fails for a named route until the script changes', async () => {
    started.sandbox.always(answer(503), 'token');
    const token = () => fetch(`${started.sandbox.baseUrl}/token`);
    expect([(await token()).status, (await token()).status]).toEqual([503, 503]);
    started.sandbox.always(undefined, 'token');
    expect((await token()).status).toBe(200);
  });

  it('accepts the message and closes the connection, or accepts it and never responds', async () => {
    started.sandbox.next({ kind: 'resetAfterRead' });
    await expect(post('cut')).rejects.toThrow();
    started.sandbox.next({ kind: 'hang' });
    const stop = new AbortController();
    const hanging = fetch(`${started.sandbox.baseUrl}/v1/acc/messages.json`, {
      method: 'POST',
      body: '{"text":"hung"}',
      signal: stop.signal,
    });
    await started.sandbox.filled(2);
    stop.abort();
    await expect(hanging).rejects.toThrow();
    expect(started.sandbox.inbox.map(({ text }) => text)).toEqual(['cut', 'hung']);
  });

  it('closes the connection before it reads, and accepts nothing', async () => {
    started.sandbox.next({ kind: 'resetBeforeRead' });
    await expect(post('lost')).rejects.toThrow();
    expect(started.sandbox.requests).toHaveLength(1);
    expect(started.sandbox.inbox).toEqual([]);
  });

  it('answers 413 to a body over 1 MiB and continues', async () => {
    expect((await post('x'.repeat(1_100_000))).status).toBe(413);
    expect((await post('hello')).status).toBe(201);
  });

  it('survives an incomplete body', async () => {
    const { port, hostname } = new URL(started.sandbox.baseUrl);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    await new Promise((resolve) => {
      socket.write('POST /v1/acc/messages.json HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{', resolve);
    });
    socket.destroy();
    expect((await post('hello')).status).toBe(201);
  });

  it('keeps the newest 1,000 messages and counts all of them', async () => {
    for (let number = 0; number < 1_010; number += 1) await post(`m${String(number)}`);
    expect(started.sandbox.inbox).toHaveLength(1_000);
    expect(started.sandbox.inbox[0]?.text).toBe('m10');
    expect(started.sandbox.received).toBe(1_010);
    started.sandbox.clear();
    expect([started.sandbox.inbox.length, started.sandbox.received]).toEqual([0, 0]);
  });

  it('refuses to send callbacks for a vendor without callbacks', () => {
    expect(() => started.sandbox.callBack('http://127.0.0.1:9/', {})).toThrow('parrot sends no status callbacks');
  });
});
