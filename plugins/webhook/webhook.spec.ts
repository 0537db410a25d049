import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { answer } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import { Webhook } from 'standardwebhooks';
import webhook from './index.js';
import sandbox, { RECEIVER } from './sandbox.js';
import { encodeBody, MAX_BODY_BYTES, standardWebhookHeaders } from './webhook.destination.js';

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
