import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { answer } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import { fcmError } from './errors.js';
import fcmPush from './index.js';
import sandbox, { TOKENS } from './sandbox.js';

const folder = new URL('.', import.meta.url);
const keyFile = JSON.parse(sandbox.credentials.serviceAccount as string) as Record<string, string>;
const UNAUTHENTICATED = {
  error: { code: 401, status: 'UNAUTHENTICATED', message: 'Request had invalid credentials.' },
};

describeDestination(fcmPush, { sandbox, folder });

describe('errors of FCM', () => {
  const errorOf = (status: number, body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return fcmError({ status, headers: {}, text, json: () => null }, true);
  };

  it('tell the brand to delete a token that is not registered any more', () => {
    const details = [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: 'UNREGISTERED' }];
    const error = errorOf(404, { error: { code: 404, status: 'NOT_FOUND', details } });
    expect(error).toMatchObject({ kind: 'rejected', vendorCode: 'UNREGISTERED' });
    expect(error.message).toContain("Delete it from the customer's record");
  });

  it('contain the fields of an invalid message, and none of Google’s texts', () => {
    const fieldViolations = [
      { field: 'message.token', description: 'device-0001 is bad' },
      { field: 'device-0001' },
      null,
    ];
    const error = errorOf(400, {
      error: { status: 'INVALID_ARGUMENT', message: 'device-0001', details: [{ fieldViolations }] },
    });
    expect(error.message).toBe('FCM: the message is invalid; check the token and the mapping (message.token).');
  });

  it.each(['', 'null', '{"error":[]}', '{"error":{"details":{}}}', '{"error":{"status":"a b"}}', '<html>'])(
    'use the status if the body is %s',
    (text) => {
      expect(errorOf(400, text)).toMatchObject({ kind: 'rejected', message: expect.stringContaining('400') });
      expect(errorOf(502, text).kind).toBe('transient');
    },
  );
});

describe('fcm-push', () => {
  let bench: PluginBench;

  beforeAll(async () => {
    bench = await PluginBench.start(folder, sandbox);
  });
  beforeEach(() => {
    bench.sandbox.clear();
  });
  afterAll(async () => {
    await bench.stop();
  });

  describe('to several devices', () => {
    const to = (...tokens: string[]) => ({ message: { token: null, tokens } });

    it('reports the outcome of each token, and the tokens of removed apps', async () => {
      const outcome = await bench.deliver(to('token-one', TOKENS.unregistered, 'token-two'));
      expect(outcome).toMatchObject({
        ...{ kind: 'accepted', externalId: expect.stringContaining('/messages/') },
        refused: [{ address: { kind: 'pushToken', value: TOKENS.unregistered }, reason: 'invalid' }],
        response: { status: 200, body: expect.stringMatching(/messages.*"UNREGISTERED".*messages/) },
      });
      expect(bench.sandbox.received).toBe(2);
    });

    it('rejects the message if the app was removed from each device', async () => {
      const outcome = await bench.deliver(to(TOKENS.unregistered));
      expect(outcome).toMatchObject({ kind: 'rejected', suppress: 'invalid', refused: [{ reason: 'invalid' }] });
    });

    it('is retried if no device got it and FCM is unavailable', async () => {
      bench.sandbox.always(answer(503));
      const outcome = await bench.deliver(to('token-one', 'token-two')).finally(() => bench.sandbox.always(undefined));
      expect(outcome).toMatchObject({ kind: 'transient', response: { status: 503 } });
      expect(outcome).not.toHaveProperty('refused');
    });
  });

  it('sends to a topic, with the options of each platform under the values of the hub', async () => {
    const message = {
      ...{ token: null, topic: 'news', image: 'https://acme.example/1.png' },
      android: { ttl: '60s', notification: { tag: 'x', icon: 'star' } },
      apns: { headers: { 'apns-priority': '5', 'apns-collapse-id': 'x' } },
    };
    expect(await bench.deliver({ message, deliveryId: 'the-delivery' })).toMatchObject({ kind: 'accepted' });
    expect(bench.sandbox.requests.at(-1)?.jsonObject()?.message).toMatchObject({
      ...{ topic: 'news', notification: { image: 'https://acme.example/1.png' } },
      android: { ttl: '60s', notification: { tag: 'the-delivery', icon: 'star' } },
      apns: { headers: { 'apns-priority': '5', 'apns-collapse-id': 'the-delivery' } },
    });
    expect(bench.gateway.checkMessage('fcm-push', { ...sandbox.message, topic: 'news' })).not.toEqual([]);
    expect(bench.gateway.checkMessage('fcm-push', { ...sandbox.message, token: null })).not.toEqual([]);
  });

  it('adds further fields, and refuses recipients in them', async () => {
    const vendor = {
      android: { priority: 'HIGH', notification: { icon: 'star', tag: 'x' } },
      apns: { headers: { 'APNS-Collapse-Id': 'x' } },
    };
    await bench.deliver({ message: { vendor }, deliveryId: 'the-delivery' });
    expect(bench.sandbox.requests.at(-1)?.jsonObject()?.message).toMatchObject({
      android: { priority: 'HIGH', notification: { icon: 'star', tag: 'the-delivery' } },
      apns: { headers: { 'apns-collapse-id': 'the-delivery' } },
    });
    expect(JSON.stringify(bench.sandbox.requests.at(-1)?.jsonObject())).not.toContain('APNS-Collapse-Id');
    for (const name of ['token', 'topic', 'condition']) {
      expect(await bench.deliver({ message: { vendor: { [name]: 'everybody' } } })).toMatchObject({ kind: 'mapping' });
    }
    expect(bench.sandbox.received).toBe(1);
  });

  const sent = (): JsonObject => bench.sandbox.requests.at(-1)?.jsonObject() ?? {};
  const paths = () => bench.sandbox.requests.map(({ path }) => path);
  const asked = (path: string) => paths().filter((one) => one === path).length;
  /**
   * Returns credentials with an entry of their own in the token cache. An added property changes the credentials, but
   * has no other effect.
   */
  const withFile = (file: JsonObject) => ({ credentials: { serviceAccount: JSON.stringify({ ...keyFile, ...file }) } });

  it('sends what the REST resource documents, and a repeated message replaces the first', async () => {
    const outcome = await bench.deliver({ deliveryId: 'the-delivery' });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      externalId: expect.stringMatching(/^projects\/acme-loyalty\/messages\/.+/),
      response: { status: 200 },
    });
    expect(sent()).toEqual({
      message: {
        token: 'invented-device-token-0000000000000001',
        notification: { title: 'Points', body: 'You earned 100 points.' },
        data: { points: '100', balance: '120' },
        android: { notification: { tag: 'the-delivery' } },
        apns: { headers: { 'apns-collapse-id': 'the-delivery' } },
      },
    });
  });

  it('sends every value of the data as text', async () => {
    const data = { text: '"ü" 🎉', number: 1.5, yes: true, list: [1, 'a'], object: { a: null }, nothing: null };
    expect(await bench.deliver({ message: { data } })).toMatchObject({ kind: 'accepted' });
    expect(sent().message).toMatchObject({
      data: { text: '"ü" 🎉', number: '1.5', yes: 'true', list: '[1,"a"]', object: '{"a":null}' },
    });
    expect((sent().message as JsonObject).data).not.toHaveProperty('nothing');
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('sends a notification again after a server error, but not data, which the app would receive twice', async () => {
    bench.sandbox.always(answer(500, { error: { code: 500, status: 'INTERNAL' } }));
    expect((await bench.deliver()).kind).toBe('transient');
    expect((await bench.deliver({ message: { title: null, body: null } })).kind).toBe('unconfirmed');
    bench.sandbox.always(answer(503));
    expect((await bench.deliver({ message: { title: null, body: null } })).kind).toBe('transient');
  });

  it('sends data without a notification', async () => {
    await bench.deliver({ message: { title: null, body: null } });
    expect(sent().message).not.toHaveProperty('notification');
    expect(sent().message).not.toHaveProperty('android');
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('fetches one token for concurrent deliveries', async () => {
    const destination = withFile({ client_id: 'single flight' });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => bench.deliver(destination)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => 'accepted'));
    expect(asked('/token')).toBe(1);
  });

  it('fetches a new token once if the old token is refused, and sends once', async () => {
    await bench.deliver();
    bench.sandbox.clear();
    bench.sandbox.next(answer(401, UNAUTHENTICATED));
    expect(await bench.deliver()).toMatchObject({ kind: 'accepted' });
    expect(paths()).toEqual([
      '/v1/projects/acme-loyalty/messages:send',
      '/token',
      '/v1/projects/acme-loyalty/messages:send',
    ]);
    expect(bench.sandbox.inbox).toHaveLength(1);
  });

  it('stops if the new token is refused as well', async () => {
    bench.sandbox.always(answer(401, UNAUTHENTICATED));
    expect(await bench.deliver()).toMatchObject({ kind: 'credentials', vendorCode: 'UNAUTHENTICATED' });
    expect(asked('/v1/projects/acme-loyalty/messages:send')).toBe(2);
  });

  it('sends to Android although Apple refuses the project', async () => {
    const iphone = await bench.deliver({ message: { token: 'invented-device-token-of-an-iphone' } });
    expect(iphone).toMatchObject({ kind: 'rejected', vendorCode: 'THIRD_PARTY_AUTH_ERROR' });
    expect((await bench.deliver()).kind).toBe('accepted');
  });

  it('keeps its token if Apple refuses the project', async () => {
    await bench.deliver();
    bench.sandbox.clear();
    await bench.deliver({ message: { token: 'invented-device-token-of-an-iphone' } });
    expect(asked('/token')).toBe(0);
  });

  it.each([
    [503, 'transient'],
    [429, 'throttled'],
    [403, 'credentials'],
  ])('reports that Google returned no token: %i', async (status, kind) => {
    bench.sandbox.next(answer(status, { error: 'internal_failure' }), 'token');
    const outcome = await bench.deliver(withFile({ client_id: `refused ${String(status)}` }));
    expect(outcome).toMatchObject({ kind, message: expect.stringContaining('Google returned no token') });
    expect(bench.sandbox.inbox).toEqual([]);
  });

  it.each([
    ['a response without a token', '{}'],
    ['a response in HTML', '<html>'],
  ])('is transient with %s', async (name, body) => {
    bench.sandbox.next(answer(200, body), 'token');
    expect((await bench.deliver(withFile({ client_id: name }))).kind).toBe('transient');
  });

  it('has sent nothing if the token never arrived', async () => {
    bench.sandbox.next({ kind: 'resetAfterRead' }, 'token');
    expect((await bench.deliver(withFile({ client_id: 'cut' }))).kind).toBe('transient');
    bench.sandbox.next({ kind: 'hang' }, 'token');
    expect((await bench.deliver({ ...withFile({ client_id: 'hung' }), timeoutMs: 400 })).kind).toBe('transient');
  });

  it.each<[string, string, RegExp]>([
    ['text that is not JSON', '{ "private_key": }', /not JSON/],
    ['a file without an address', '{"private_key":"x"}', /"client_email"/],
    ['an invalid key', '{"private_key":"x","client_email":"a@b.example"}', /not a valid PEM key/],
    [
      'a key of another kind',
      JSON.stringify({
        client_email: 'a@b.example',
        private_key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
          type: 'pkcs8',
          format: 'pem',
        }),
      }),
      /not an RSA key/,
    ],
  ])('reports the problem of %s', async (_name, serviceAccount, why) => {
    const outcome = await bench.verify({ credentials: { serviceAccount } });
    expect(outcome).toMatchObject({ kind: 'credentials', message: expect.stringMatching(why) });
    expect(bench.sandbox.requests).toEqual([]);
  });

  it('checks only the beginning of the file when it is saved', () => {
    const problemsOf = (serviceAccount: string) => bench.gateway.checkCredentials('fcm-push', { serviceAccount });
    expect(problemsOf(' {"type":"authorized_user"}')).toEqual([]);
    expect(problemsOf('-----BEGIN PRIVATE KEY-----')).toMatchObject([{ field: 'serviceAccount' }]);
  });

  it('uses the project of the service account if the settings have none', async () => {
    expect(await bench.deliver({ settings: { projectId: null } })).toMatchObject({ kind: 'accepted' });
    expect(await bench.deliver({ ...withFile({ project_id: null }), settings: { projectId: null } })).toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('"projectId"'),
    });
  });

  it('verifies without a device; FCM only checks', async () => {
    await bench.verify();
    expect(sent()).toMatchObject({ validate_only: true, message: { topic: 'patchbay-verify' } });
    expect(sent().message).not.toHaveProperty('token');
  });

  it.each([
    ['nothing to say', { title: null, body: null, data: null }],
    ['a token with a space', { token: 'two tokens' }],
    ['data that is a list', { data: ['a'] }],
  ])('refuses a message with %s', (_name, message) => {
    expect(bench.gateway.checkMessage('fcm-push', { ...sandbox.message, ...message })).not.toEqual([]);
  });

  it('refuses a project id that would change the path of the URL', () => {
    expect(bench.gateway.checkSettings('fcm-push', { projectId: '../other' })).not.toEqual([]);
  });
});
