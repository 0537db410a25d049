import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { provenCallbackUrl, smsSize, type JsonObject } from '@patchbay/plugin-sdk';
import { answer } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import { textAt, textView } from './answer.js';
import { proofSecret } from './gateway-request.js';
import { HttpSmsCredentials } from './http-sms.dto.js';
import httpSms from './index.js';
import sandbox, { LOGIN } from './sandbox.js';
import { fill, fillJson, isSound } from './template.js';

const folder = new URL('.', import.meta.url);

describeDestination(httpSms, { sandbox, folder });

describe('a template', () => {
  const values = (name: string) => ({ to: '+1', body: 'a {{ to }} $& b' })[name];
  const upper = (text: string) => text.toUpperCase();

  it('is filled in once: a value is never read as a template', () => {
    expect(fill('{{to}}: {{ body }}!', values, upper)).toBe('+1: A {{ TO }} $& B!');
    expect(fill('plain', values, upper)).toBe('plain');
  });

  it('is omitted if a value is missing, with its member or item', () => {
    expect(fill('x {{ extra.none }}', values, upper)).toBeUndefined();
    const template = { a: '{{ extra.none }}', b: ['{{ to }}', '{{ extra.none }}', 3, null, true], c: { d: 'e' } };
    expect(fillJson(template, values)).toEqual({ b: ['+1', 3, null, true], c: { d: 'e' } });
  });

  it.each(['{{ to', 'to }}', '{{ phone }}', '{{ secrets. }}', '{{ }}', '{{ to | upcase }}', '{{ {{ to }} }}'])(
    'is invalid as %s',
    (template) => {
      expect(isSound(template)).toBe(false);
    },
  );

  it('stays fast for any template', () => {
    expect(isSound('{{' + ' '.repeat(50_000))).toBe(false);
    expect(isSound('{ { } } {x}')).toBe(true);
  });
});

describe('a path', () => {
  it.each([
    ['body.a.1.b', '{"a":[1,{"b":0}]}', '0'],
    ['body.a', '{"a":false}', 'false'],
    ['body', ' OK \n', 'OK'],
    ['body.a', '{"a":{}}', undefined],
    ['body.a', '{"a":null}', undefined],
    ['body.length', '"text"', undefined],
    ['body.a.length', '{"a":[1]}', undefined],
    ['body.constructor.name', '{}', undefined],
    ['body.__proto__.a', '{}', undefined],
    ['body.toString', '{}', undefined],
    ['words.0', 'ERR: 105', 'ERR'],
    ['words.1', 'ERR: 105', '105'],
    ['words.2', '<a><id>7</id></a>', '7'],
    ['words.9', 'ERR: 105', undefined],
  ])('%s of %s', (path, text, found) => {
    expect(textAt(textView(text), path)).toBe(found);
  });
});

describe('http-sms', () => {
  let bench: PluginBench;
  const at = (path: string) => bench.sandbox.baseUrl + path;
  /** Returns the settings of another gateway, without the sandbox's own settings. */
  const only = (settings: JsonObject): JsonObject => ({
    ...Object.fromEntries(Object.keys(bench.sandbox.settings).map((name) => [name, null])),
    ...settings,
  });
  const login = { headers: null, secrets: LOGIN };
  /** Settings for the gateway's older operations, which answer `OK: id` or `ERR: code`. */
  const words = {
    success: { path: 'words.0', values: ['OK'] },
    idPath: 'words.1',
    codePath: 'words.1',
    errors: {
      credentials: [{ path: 'words.1', values: ['401', '201'] }],
      transient: [{ path: 'words.1', values: ['901'] }],
    },
  };
  const pairs = {
    user: '{{ secrets.user }}',
    password: '{{ secrets.password }}',
    msisdn: '{{ toDigits }}',
    text: '{{ body }}',
  };

  beforeAll(async () => {
    bench = await PluginBench.start(folder, sandbox);
  });
  beforeEach(() => {
    bench.sandbox.clear();
  });
  afterAll(async () => {
    await bench.stop();
  });

  const requestSent = () => bench.sandbox.requests.at(-1);

  it('sends JSON, with the extra values of the message and without absent values', async () => {
    const outcome = await bench.deliver({ message: { extra: { template: '1107' } }, deliveryId: 'the-delivery' });
    expect(outcome).toMatchObject({ kind: 'accepted', externalId: expect.stringMatching(/^\d+$/) });
    expect(requestSent()?.jsonObject()).toEqual({
      msisdn: '919000000001',
      text: sandbox.message.body,
      from: 'ACME',
      template: '1107',
      receipts: expect.stringMatching(/\/v1\/callbacks\/[^?]+\?delivery=the-delivery&proof=[\w-]{43}$/),
    });
    expect(requestSent()?.headers['idempotency-key']).toBe('the-delivery');
    await bench.deliver();
    expect(requestSent()?.jsonObject()).not.toHaveProperty('template');
  });

  it.each([
    ['a query', 'GET', { query: pairs }],
    ['a form', 'POST', { form: pairs }],
  ])('sends %s with secrets in it, and reads plain text', async (_name, method, parts) => {
    const body = 'a&b=c +1% "ü"\n🎉 {{ to }} $&';
    const settings = only({ request: { method, url: at('/v1/send'), ...parts }, ...words });
    const outcome = await bench.deliver({ settings, credentials: login, message: { body } });
    expect(outcome).toMatchObject({ kind: 'accepted', externalId: bench.sandbox.inbox[0]?.externalId });
    expect(bench.sandbox.inbox).toMatchObject([{ to: '+919000000001', text: body }]);
    const refused = await bench.deliver({ settings, credentials: login, message: { to: '+88888101' } });
    expect(refused).toMatchObject({ kind: 'rejected', vendorCode: '101' });
    const wrong = await bench.deliver({ settings, credentials: { ...login, secrets: { ...LOGIN, password: 'no' } } });
    expect(wrong).toMatchObject({ kind: 'credentials', vendorCode: '401' });
  });

  it('cuts a text with too many segments at a word, and never cuts the unsubscribe text', async () => {
    const body = `You earned 120 points. ${'Thank you for shopping with us. '.repeat(20)}`;
    await bench.deliver({ message: { body }, settings: { maxSegments: 2, unsubscribeText: 'Reply STOP to opt out' } });
    const text = bench.sandbox.inbox[0]?.text ?? '';
    expect(text).toMatch(/^You earned 120 points\. .*\.\.\. Reply STOP to opt out$/);
    expect(smsSize(text)).toMatchObject({ encoding: 'gsm7', segments: 2 });
  });

  it('sends XML that no text can break', async () => {
    const body = `</text><text>"a" & 'b'\u0000`;
    const xml = '<sms><msisdn>{{ toDigits }}</msisdn><text>{{ body }}</text><x>{{ extra.x }}</x></sms>';
    const settings = only({ request: { url: at('/v1/xml'), xml }, success: { path: 'words.2', values: ['OK'] } });
    expect(await bench.deliver({ settings, message: { body } })).toMatchObject({ kind: 'accepted' });
    expect(bench.sandbox.inbox[0]?.text).toBe(`</text><text>"a" & 'b'`);
    expect(bench.sandbox.violations).toEqual([]);
    expect(requestSent()?.text.endsWith('<x></x></sms>')).toBe(true);
  });

  it('fills in the path of the URL, and reads an id from a header', async () => {
    const request = {
      method: 'PUT',
      url: at('/v1/users/{{secrets.user}}/messages/{{toNational}}'),
      json: { text: '{{ body }}' },
    };
    const settings = only({ request: { ...request, callingCode: '91' }, idPath: 'headers.x-message' });
    const credentials = { headers: null, secrets: { user: 'a/../b?c' } };
    const outcome = await bench.deliver({ settings, credentials });
    expect(outcome).toMatchObject({ kind: 'accepted', externalId: bench.sandbox.inbox[0]?.externalId });
    expect(bench.sandbox.inbox[0]?.request.path).toBe('/v1/users/a%2F..%2Fb%3Fc/messages/9000000001');
    const abroad = await bench.deliver({ settings, credentials, message: { to: '+15005550010' } });
    expect(abroad).toMatchObject({ kind: 'rejected', message: expect.stringContaining('+91') });
    expect(bench.sandbox.received).toBe(1);
  });

  it('treats any 2xx as success and other statuses by their meaning if the settings have no tests', async () => {
    const settings = only({
      request: { url: at('/v2/messages'), json: { msisdn: '{{ toDigits }}', text: '{{ body }}' } },
    });
    expect(await bench.deliver({ settings })).toEqual({
      kind: 'accepted',
      request: { method: 'POST', url: at('/v2/messages') },
      response: expect.anything(),
    });
    for (const [status, kind] of [
      [302, 'rejected'],
      [403, 'credentials'],
      [429, 'throttled'],
      [503, 'transient'],
    ] as const) {
      bench.sandbox.next(answer(status, ''));
      expect(await bench.deliver({ settings })).toMatchObject({ kind });
    }
  });

  it('distinguishes a refusal from an unclear response by the path of the success test', async () => {
    const settings = { ...bench.sandbox.settings, errors: null, success: { status: [200], path: 'body.id' } };
    for (const [status, body, kind] of [
      [200, { id: 1 }, 'accepted'],
      [200, { id: '' }, 'unconfirmed'],
      [202, { id: 1 }, 'unconfirmed'],
    ] as const) {
      bench.sandbox.next(answer(status, body));
      expect(await bench.deliver({ settings })).toMatchObject({ kind });
    }
  });

  it('checks the lists in their order, and all conditions of a test', async () => {
    const errors = {
      rejected: [{ path: 'body.code' }],
      transient: [{ status: [500], path: 'body.code', values: ['1', '2'] }, { status: [418] }],
    };
    const settings = { ...bench.sandbox.settings, errors, idempotent: false };
    for (const [status, body, kind] of [
      [500, { code: 1 }, 'transient'],
      [500, {}, 'unconfirmed'],
      [500, { code: 3 }, 'rejected'],
      [200, { code: 1 }, 'rejected'],
      [418, {}, 'transient'],
      [200, { code: '', result: 'OK' }, 'accepted'],
    ] as const) {
      bench.sandbox.next(answer(status, body));
      expect(await bench.deliver({ settings })).toMatchObject({ kind });
    }
  });

  it('reports a missing secret, in verify and before anything is sent', async () => {
    const settings = only({ request: { method: 'GET', url: at('/v1/send'), query: pairs }, ...words });
    const refused = { kind: 'credentials', message: expect.stringContaining('"password"') };
    const credentials = { headers: null, secrets: { user: 'acme' } };
    expect(await bench.deliver({ settings, credentials })).toMatchObject(refused);
    expect(await bench.verify({ settings, credentials })).toMatchObject(refused);
    expect(bench.sandbox.requests).toEqual([]);
  });

  it.each(['Host', 'content-length', 'a b'])('does not send the header "%s" of the credentials', async (name) => {
    const credentials = { headers: { [name]: 'value' } };
    expect(await bench.deliver({ credentials })).toMatchObject({ kind: 'credentials' });
    expect(await bench.verify({ credentials })).toMatchObject({ kind: 'credentials' });
    expect(bench.sandbox.requests).toEqual([]);
  });

  it('is idempotent only if the settings say so', () => {
    const facts = bench.gateway.facts('http-sms');
    expect(facts?.idempotent(bench.sandbox.settings)).toBe(true);
    expect(facts?.idempotent({ request: { url: 'https://sms.example.com' } })).toBe(false);
  });

  describe('verify', () => {
    it('sends no credentials without its own request, and accepts any response', async () => {
      const settings = { ...bench.sandbox.settings, verify: null };
      expect(await bench.verify({ settings })).toEqual({ kind: 'accepted' });
      expect(requestSent()).toMatchObject({ method: 'GET', path: '/' });
      expect(requestSent()?.headers).not.toHaveProperty('x-api-key');
    });

    it('sends secrets in the query, and reads the lists', async () => {
      const query = { user: pairs.user, password: pairs.password, msisdn: '88888901' };
      const settings = only({
        request: { method: 'GET', url: at('/v1/send'), query: pairs },
        ...words,
        verify: { url: at('/v1/send'), query },
      });
      expect(await bench.verify({ settings, credentials: login })).toMatchObject({
        kind: 'transient',
        vendorCode: '901',
      });
      const wrong = { headers: null, secrets: { ...LOGIN, password: 'no' } };
      expect(await bench.verify({ settings, credentials: wrong })).toMatchObject({ kind: 'credentials' });
    });
  });

  describe('a status callback', () => {
    const own = () => ({ credentials: sandbox.credentials, settings: bench.sandbox.settings });
    const secret = proofSecret(
      Object.assign(new HttpSmsCredentials(), { headers: { 'x-api-key': 'sandbox-gateway-key-0000000001' } }),
    );
    const callbackUrl = provenCallbackUrl('https://hub.example.com/v1/callbacks/d/t', secret, 'one');

    it.each([
      ['GET', 'query.dlr', `${callbackUrl}&dlr=1&id=7`, '', 'query.id'],
      ['POST', 'body.dlr', callbackUrl, 'dlr=1&id=7', 'body.id'],
      ['POST', 'words.1', callbackUrl, 'state: 1 7', 'words.2'],
    ])('may arrive as %s with %s', async (method, path, url, body, idPath) => {
      const callback = { path, idPath, statuses: { delivered: ['1'], failed: ['2'] } };
      const settings = { ...own().settings, callback };
      const request = { method, url, headers: {}, rawBody: Buffer.from(body) };
      const mine = { ...own(), settings };
      expect(await bench.gateway.authenticateCallback('http-sms', request, mine)).toBe(true);
      expect(bench.gateway.parseCallback('http-sms', request, mine).statuses).toEqual([
        { deliveryId: 'one', externalId: '7', status: 'delivered', detail: '1' },
      ]);
    });

    it('is refused if the settings have no callback', async () => {
      const request = { method: 'POST', url: callbackUrl, headers: {}, rawBody: Buffer.from('{"state":"SENT"}') };
      const without = { ...own(), settings: { ...own().settings, callback: null } };
      expect(await bench.gateway.authenticateCallback('http-sms', request, own())).toBe(true);
      expect(await bench.gateway.authenticateCallback('http-sms', request, without)).toBe(false);
      expect(bench.gateway.parseCallback('http-sms', request, without).statuses).toEqual([]);
    });

    it('keeps numbers out of its detail', () => {
      const rawBody = Buffer.from('{"state":"FAILED","reason":"+919000000001 is blocked"}');
      const request = { method: 'POST', url: callbackUrl, headers: {}, rawBody };
      expect(bench.gateway.parseCallback('http-sms', request, own()).statuses).toMatchObject([
        { detail: 'FAILED: … is blocked' },
      ]);
    });
  });

  describe('settings', () => {
    const url = 'https://sms.example.com/send';
    const json = { to: '{{ to }}', text: '{{ body }}' };
    const request = { url, json };
    const problems = (settings: JsonObject) =>
      bench.gateway.checkSettings('http-sms', settings).map(({ field, message }) => `${field} ${message}`);

    it('require only a request', () => {
      expect(problems({ request })).toEqual([]);
    });

    it.each<readonly [string, JsonObject, string]>([
      [
        'an unknown placeholder',
        { request: { ...request, json: { ...json, x: ['{{ phone }}'] } } },
        'request.json.x.0 has an unknown placeholder',
      ],
      [
        'an unclosed placeholder',
        { request: { ...request, query: { a: '{{ to' } } },
        'request.query.a has an unknown placeholder',
      ],
      [
        'the message text in a header',
        { request: { ...request, headers: { a: '{{ body }}' } } },
        'request.headers.a must not contain {{ body }}',
      ],
      [
        'the message text in the path',
        { request: { url: `${url}/{{body}}`, json } },
        'request.url must not contain {{ body }}',
      ],
      [
        'an extra value in the path',
        { request: { url: `${url}/{{extra.a}}`, json } },
        'request.url must not contain {{ extra.a }}',
      ],
      [
        'a placeholder for the host',
        { request: { url: 'https://{{to}}.example.com/', json } },
        'request.url contains a placeholder in its host',
      ],
      ['a query in the URL', { request: { url: `${url}?key=1`, json } }, 'request.url must not contain a query'],
      [
        'a header that the hub sets',
        { request: { ...request, headers: { Host: 'a' } } },
        'request.headers.Host is set by the hub',
      ],
      [
        'a header with a space',
        { request: { ...request, headers: { 'a b': 'c' } } },
        'request.headers.a b is not a valid header name',
      ],
      ['a GET with a body', { request: { ...request, method: 'GET' } }, 'request.method is GET'],
      ['no text', { request: { url, json: { to: '{{ to }}' } } }, 'request does not contain the text of the message'],
      ['no recipient', { request: { url, json: { text: '{{ body }}' } } }, 'request does not contain the recipient'],
      [
        'a national number without a calling code',
        { request: { url, json: { a: '{{ toNational }} {{ body }}' } } },
        'request.callingCode is required',
      ],
      ['values without a path', { request, success: { status: [200], values: ['OK'] } }, 'success.path is required'],
      [
        'values without a path in a list',
        { request, errors: { rejected: [{ path: 'body' }, { status: [200], values: ['1'] }] } },
        'errors.rejected.1.path is required',
      ],
      ['an empty test', { request, success: {} }, 'success needs at least one of: status; path'],
      ['a path to nowhere', { request, idPath: 'answer.id' }, 'idPath does not have the required format'],
      ['two bodies', { request: { ...request, form: { a: 'b' } } }, 'request needs exactly one of'],
      [
        'a callback that the request does not use',
        { request, callback: { path: 'body.a', statuses: {} } },
        'callback has no effect',
      ],
      [
        'a callback URL without the setting for callbacks',
        { request: { ...request, query: { dlr: '{{ callbackUrl }}' } } },
        'callback is required',
      ],
      [
        'a verification with the message text',
        { request, verify: { url, query: { a: '{{ body }}' } } },
        'verify.query.a must not contain {{ body }}',
      ],
      [
        'a verification with its query in the URL',
        { request, verify: { url: `${url}?a=b` } },
        'verify.url must not contain a query',
      ],
    ])('with %s are refused when they are saved', (_name, settings, expected) => {
      expect(problems(settings)).toContainEqual(expect.stringMatching(new RegExp(`^${escaped(expected)}`)));
    });
  });

  it.each([
    ['none at all', {}],
    ['no header', { headers: {} }],
    ['an empty secret', { secrets: { password: '' } }],
  ])('refuses credentials with %s', (_name, credentials) => {
    expect(bench.gateway.checkCredentials('http-sms', credentials)).not.toEqual([]);
  });

  it.each([
    ['a number without its country', { to: '9000000001' }],
    ['no text', { body: '' }],
    ['an extra value that is not text', { extra: { template: 7 } }],
  ])('refuses a message with %s', (_name, message) => {
    expect(bench.gateway.checkMessage('http-sms', { ...sandbox.message, ...message })).not.toEqual([]);
  });
});

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
