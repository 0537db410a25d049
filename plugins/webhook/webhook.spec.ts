import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answer } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import { Webhook } from 'standardwebhooks';
import { encodeBody, MAX_BODY_BYTES } from './body.js';
import webhook from './index.js';
import sandbox, { RECEIVER } from './sandbox.js';
import { placeholderProblem, requestUrl } from './request-url.js';
import { standardWebhookHeaders } from './standard-webhooks.js';

const folder = new URL('.', import.meta.url);
const [current, next] = RECEIVER.secrets;

describeDestination(webhook, { sandbox, folder });

describe('the signature', () => {
  it('matches the specification’s own example', () => {
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
    const headers = standardWebhookHeaders(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_999,
      '{"test": 2432232314}',
      secrets,
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is accepted by the reference library with either of two secrets, for any text', () => {
    const body = JSON.stringify({ name: 'Åsa "Ö" 🎉', line: 'a\nb' });
    const headers = standardWebhookHeaders('id-1', Date.now(), body, [current ?? '', next ?? '']);
    for (const secret of [current, next]) {
      expect(new Webhook(secret ?? '').verify(body, headers)).toEqual(JSON.parse(body));
    }
    expect(() => new Webhook(current ?? '').verify(body.replace('a', 'b'), headers)).toThrow();
  });
});

describe('the body', () => {
  it('is a form if the format says so', () => {
    expect(encodeBody('form', { a: 'x y', n: 1.5, yes: true, list: ['1', 2], none: null })).toBe(
      'a=x+y&n=1.5&yes=true&list=1&list=2',
    );
    expect(() => encodeBody('form', { deep: { a: 1 } })).toThrow('plain values');
    expect(() => encodeBody('form', ['a'])).toThrow('plain values');
  });

  it('is refused beyond 256 KiB, counted in bytes, not in characters', () => {
    expect(encodeBody('json', 'x'.repeat(MAX_BODY_BYTES - 2))).toHaveLength(MAX_BODY_BYTES);
    expect(() => encodeBody('json', 'é'.repeat(MAX_BODY_BYTES / 2))).toThrow('bytes');
  });
});

describe('the URL', () => {
  const url = 'https://crm.example/members/{id}/points?brand={brand}';

  it('contains the encoded values of its placeholders, and the query', () => {
    expect(requestUrl(url, { id: 'a/b ?#ü', brand: 7 }, { tag: ['x', 'y'], none: null, on: true })).toBe(
      'https://crm.example/members/a%2Fb%20%3F%23%C3%BC/points?brand=7&tag=x&tag=y&on=true',
    );
    expect(requestUrl('https://crm.example/events', {}, { a: 1 })).toBe('https://crm.example/events?a=1');
  });

  it.each([
    ['is missing', { brand: 'b' }],
    ['is null', { id: null, brand: 'b' }],
    ['is empty', { id: '', brand: 'b' }],
    ['names the parent folder', { id: '..', brand: 'b' }],
    ['is an object', { id: {}, brand: 'b' }],
    ['is not in the URL', { id: '1', brand: 'b', other: '1' }],
    ['is inherited', { brand: 'b', constructor: '1' }],
  ])('is refused if a value %s', (_name, parameters) => {
    expect(() => requestUrl(url, parameters)).toThrow(expect.objectContaining({ kind: 'mapping' }));
  });

  it.each([
    ['https://{brand}.crm.example/a', 'host'],
    ['https://crm.example:{port}', 'host'],
    ['https://crm.example/{a-b}', 'invalid'],
    ['https://crm.example/{a', 'invalid'],
  ])('must not be %s', (wrong, reason) => {
    expect(placeholderProblem(wrong)).toContain(reason);
    expect(placeholderProblem(url)).toBeUndefined();
  });
});

describe('webhook', () => {
  let bench: PluginBench;
  /** Returns credentials of one kind, without the sandbox's signing secret. */
  const only = (credentials: object) => ({ credentials: { signingSecrets: null, ...credentials } });
  const oauth2 = (clientSecret: string = RECEIVER.client.password) => ({
    tokenUrl: `${bench.sandbox.baseUrl}/token`,
    clientId: RECEIVER.client.username,
    clientSecret,
  });
  const at = (path: string) => ({ settings: { url: bench.sandbox.baseUrl + path } });

  beforeAll(async () => {
    bench = await PluginBench.start(folder, sandbox);
  });
  beforeEach(() => {
    bench.sandbox.clear();
  });
  afterAll(async () => {
    await bench.stop();
  });

  it.each([
    ['/basic', { basic: RECEIVER.basic }, { basic: { ...RECEIVER.basic, password: 'of-yesterday' } }],
    ['/bearer', { bearer: RECEIVER.bearer }, { bearer: 'token-of-yesterday' }],
  ])('authenticates at %s, and verify detects wrong credentials', async (path, right, wrong) => {
    expect(await bench.deliver({ ...only(right), ...at(path) })).toMatchObject({ kind: 'accepted' });
    expect(await bench.verify({ ...only(right), ...at(path) })).toMatchObject({ kind: 'accepted' });
    expect(await bench.verify({ ...only(wrong), ...at(path) })).toMatchObject({ kind: 'credentials' });
    expect(bench.sandbox.received).toBe(1);
  });

  it('fetches an OAuth token once and caches it, and fetches a new token when the receiver refuses it', async () => {
    const options = { ...only({ oauth2: oauth2() }), ...at('/oauth') };
    const tokens = () => bench.sandbox.requests.filter(({ path }) => path === '/token').length;
    expect(await bench.deliver(options)).toMatchObject({ kind: 'accepted' });
    expect(await bench.deliver(options)).toMatchObject({ kind: 'accepted' });
    expect(tokens()).toBe(1);
    await fetch(`${bench.sandbox.baseUrl}/revoke`, { method: 'POST' });
    expect(await bench.deliver(options)).toMatchObject({ kind: 'accepted' });
    expect(tokens()).toBe(2);
    expect(bench.sandbox.received).toBe(3);
  });

  it('reports a wrong OAuth client, in verify too, and an unreachable token server', async () => {
    // This test uses its own bench, because another test caches a token of the same destination.
    const fresh = await PluginBench.start(folder, sandbox);
    const tokenUrl = `${fresh.sandbox.baseUrl}/token`;
    const wrong = { ...only({ oauth2: { ...oauth2('of-yesterday'), tokenUrl } }), settings: fresh.sandbox.settings };
    const refused = { kind: 'credentials', message: expect.stringContaining('clientSecret') };
    expect(await fresh.deliver(wrong)).toMatchObject(refused);
    expect(await fresh.verify(wrong)).toMatchObject(refused);
    fresh.sandbox.next({ kind: 'resetAfterRead' }, 'token');
    expect(await fresh.verify(wrong)).toMatchObject({ kind: 'transient' });
    fresh.sandbox.next({ kind: 'resetAfterRead' }, 'token');
    expect(await fresh.deliver(wrong)).toMatchObject({ kind: 'transient' });
    fresh.sandbox.next(answer(503), 'token');
    expect(await fresh.deliver(wrong)).toMatchObject({ kind: 'transient' });
    expect(fresh.sandbox.received).toBe(0);
    await fresh.stop();
  });

  it('signs with every secret in addition to a login, and sends the headers of settings and message', async () => {
    const outcome = await bench.deliver({
      credentials: { signingSecrets: [...RECEIVER.secrets], bearer: RECEIVER.bearer },
      settings: { url: `${bench.sandbox.baseUrl}/bearer`, method: 'PUT', headers: { 'X-Team': 'a' }, format: 'form' },
      message: { body: { type: 'pointsIssued' }, headers: { 'x-event': 'b' } },
    });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    const request = bench.sandbox.inbox[0]?.request;
    expect(request).toMatchObject({ method: 'PUT', headers: { 'x-team': 'a', 'x-event': 'b' } });
    expect(request?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request?.text).toBe('type=pointsIssued');
  });

  it.each(['GET', 'DELETE'])('sends %s without a body to a URL of the message, and signs it', async (method) => {
    const settings = { url: `${bench.sandbox.baseUrl}/members/{id}`, method };
    const message = { body: null, parameters: { id: 'm 1' }, query: { at: '2026-01-31' } };
    expect(await bench.deliver({ settings, message })).toMatchObject({ kind: 'accepted' });
    const request = bench.sandbox.inbox[0]?.request;
    expect(request).toMatchObject({ method, path: '/members/m%201', text: '' });
    expect(request?.query.get('at')).toBe('2026-01-31');
    expect(request?.headers).not.toHaveProperty('content-type');
  });

  it('refuses a body for GET, and a value that the URL does not have', async () => {
    expect(await bench.deliver({ settings: { method: 'GET' } })).toMatchObject({ kind: 'mapping' });
    expect(await bench.deliver({ message: { parameters: { id: 'x' } } })).toMatchObject({ kind: 'mapping' });
    expect(bench.gateway.checkSettings('webhook', { url: 'https://{x}.example' })).toMatchObject([{ field: 'url' }]);
    expect(bench.sandbox.requests).toEqual([]);
  });

  it('sends the bodies of a batch as an array, signed and under the id of the batch', async () => {
    const messages = [{ body: { n: 1 } }, { body: ['b'] }, { body: { n: 3 }, query: { a: 1 } }];
    const outcomes = await bench.deliverBatch(messages, { batchId: 'batch-1' });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'mapping']);
    const [request] = bench.sandbox.requests;
    expect(request?.headers['webhook-id']).toBe('batch-1');
    expect(request?.json()).toEqual([{ n: 1 }, ['b']]);
    expect(bench.sandbox.received).toBe(2);
  });

  it('sends nothing if no message of a batch fits', async () => {
    const outcomes = await bench.deliverBatch([{ headers: { 'x-event': 'a' } }, { query: { a: 1 } }]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['mapping', 'mapping']);
    expect(bench.sandbox.requests).toEqual([]);
  });

  it.each([
    ['format', { format: 'form' }],
    ['method', { method: 'GET' }],
    ['url', { url: 'https://crm.example/{id}' }],
  ])('has no batches with another %s', (field, other) => {
    const settings = { url: 'https://crm.example', batch: { size: 10, within: 100 } };
    expect(bench.gateway.checkSettings('webhook', settings)).toEqual([]);
    expect(bench.gateway.facts('webhook')?.batch(settings)).toMatchObject({ size: 10, idempotent: 'batch' });
    expect(bench.gateway.checkSettings('webhook', { ...settings, ...other })).toMatchObject([{ field }]);
    expect(bench.gateway.facts('webhook')?.batch({ url: 'https://crm.example' })).toBeUndefined();
  });

  it('verifies a URL with placeholders at the part before them', async () => {
    await bench.verify(at('/members/{id}'));
    expect(bench.sandbox.requests.at(-1)).toMatchObject({ method: 'GET', path: '/members/' });
  });

  it('sends secret headers, which win over the headers of a mapping and are never shown', async () => {
    const key = 'sandbox-secret-header-0001';
    const options = { credentials: { headers: { 'X-Api-Key': key } }, message: { headers: { 'x-api-key': 'other' } } };
    await bench.deliver(options);
    await bench.verify(options);
    expect(bench.sandbox.requests.map(({ headers }) => headers['x-api-key'])).toEqual([key, key]);
    bench.sandbox.next({ kind: 'echo', status: 400 });
    expect(JSON.stringify(await bench.deliver(options))).not.toContain(key);
    const reserved = { ...only({ headers: { 'Webhook-Id': 'x' } }) };
    expect(await bench.deliver(reserved)).toMatchObject({ kind: 'credentials' });
    expect(await bench.verify(reserved)).toMatchObject({ kind: 'credentials' });
  });

  it.each(['Host', 'content-length', 'Content-Type', 'Webhook-Id', 'webhook-signature', 'no space', 'a\r\nb'])(
    'refuses the header "%s" from a mapping',
    async (name) => {
      const outcome = await bench.deliver({ message: { headers: { [name]: 'x' } } });
      expect(outcome).toMatchObject({ kind: 'mapping', message: expect.stringContaining('must not set') });
      expect(bench.sandbox.requests).toEqual([]);
    },
  );

  it('refuses an authorization header if there is a login, and allows it otherwise', async () => {
    const headers = { Authorization: 'Bearer mine' };
    expect(await bench.deliver({ message: { headers } })).toMatchObject({ kind: 'accepted' });
    const login = only({ bearer: RECEIVER.bearer });
    expect(await bench.deliver({ ...login, message: { headers } })).toMatchObject({ kind: 'mapping' });
    const settings = { headers };
    expect(await bench.deliver({ ...login, settings })).toMatchObject({ kind: 'credentials' });
    expect(await bench.verify({ ...login, settings })).toMatchObject({ kind: 'credentials' });
  });

  it('accepts 404 and 405 as reachable, and reports a receiver that is gone or unavailable', async () => {
    expect(await bench.verify(at('/nowhere'))).toMatchObject({ kind: 'accepted' });
    bench.sandbox.next(answer(410), 'look');
    expect(await bench.verify()).toMatchObject({ kind: 'rejected' });
    bench.sandbox.next(answer(502), 'look');
    expect(await bench.verify()).toMatchObject({ kind: 'transient' });
  });

  it.each([
    ['no credentials at all', {}],
    ['two logins', { basic: RECEIVER.basic, bearer: RECEIVER.bearer }],
    ['a secret that is too short', { signingSecrets: ['whsec_c2hvcnQ='] }],
    ['an empty list of secrets', { signingSecrets: [] }],
  ])('refuses %s', (_name, credentials) => {
    expect(bench.gateway.checkCredentials('webhook', credentials)).not.toEqual([]);
  });
});
