import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { smsSize } from '@patchbay/plugin-sdk';
import { answer, throttle } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import twilioSms from './index.js';
import sandbox from './sandbox.js';

const folder = new URL('.', import.meta.url);

describeDestination(twilioSms, { sandbox, folder });

describe('the signature of a callback', () => {
  /** Twilio's signed example, from "Webhooks security" and from the SDK's own test. */
  const example = {
    url: 'https://example.com/myapp.php?foo=1&bar=2',
    form: {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675310',
      Digits: '1234',
      From: '+14158675310',
      To: '+18005551212',
    },
    token: '12345',
    signature: 'L/OH5YylLD5NRKLltdqwSvS0BnU=',
  };
  const heard = async (url: string, body: string, signature: string, authToken = example.token) => {
    const request = { method: 'POST', url, headers: { 'x-twilio-signature': signature }, rawBody: Buffer.from(body) };
    const unused = () => Promise.reject(new Error('A signature needs no call.'));
    const own = {
      credentials: { accountSid: 'AC', authToken },
      settings: {},
      now: () => 0,
      http: { send: unused, exchange: unused, download: unused },
    };
    try {
      await twilioSms.statusCallback?.authenticate(request, own);
      return true;
    } catch {
      return false;
    }
  };
  const body = new URLSearchParams(example.form).toString();

  it('matches Twilio’s example, in the sandbox too', async () => {
    expect(await heard(example.url, body, example.signature)).toBe(true);
    const call = sandbox.callbacks?.call(example.url, example.form, { authToken: example.token });
    expect(call?.headers['x-twilio-signature']).toBe(example.signature);
  });

  it('covers the whole URL, every field and the token', async () => {
    expect(await heard(example.url.replace('foo=1', 'foo=2'), body, example.signature)).toBe(false);
    expect(await heard(example.url, body.replace('1234', '1235'), example.signature)).toBe(false);
    expect(await heard(example.url, body, example.signature, '12346')).toBe(false);
    expect(await heard(example.url, body, '')).toBe(false);
  });

  it('is checked by the hash in the URL for a JSON body', async () => {
    const json = '{"MessageStatus":"delivered"}';
    const url = `https://example.com/cb?bodySHA256=${createHash('sha256').update(json).digest('hex')}`;
    const signature =
      sandbox.callbacks?.call(url, {}, { authToken: example.token }).headers['x-twilio-signature'] ?? '';
    expect(await heard(url, json, signature)).toBe(true);
    expect(await heard(url, json.replace('delivered', 'failed'), signature)).toBe(false);
  });
});

describe('twilio-sms', () => {
  let bench: PluginBench;
  const sid = (prefix: string, digit: string) => prefix + digit.repeat(32);

  beforeAll(async () => {
    bench = await PluginBench.start(folder, sandbox);
  });
  beforeEach(() => {
    bench.sandbox.clear();
  });
  afterAll(async () => {
    await bench.stop();
  });

  it('schedules a message only through a messaging service', async () => {
    const message = {
      sendAt: '2026-01-31T15:30:00+05:30',
      mediaUrls: ['https://acme.example/1.png'],
      shortenUrls: false,
    };
    const settings = { from: null, messagingServiceSid: `MG${'0'.repeat(31)}1` };
    expect(await bench.deliver({ message, settings })).toMatchObject({ kind: 'accepted' });
    expect(Object.fromEntries(bench.sandbox.requests.at(-1)?.form() ?? [])).toMatchObject({
      ...{ ScheduleType: 'fixed', SendAt: '2026-01-31T10:00:00Z', ShortenUrls: 'false' },
      MediaUrl: 'https://acme.example/1.png',
    });
    expect(await bench.deliver({ message })).toMatchObject({ kind: 'mapping' });
    expect(bench.sandbox.received).toBe(1);
  });

  it('adds further parameters, and refuses recipients and callbacks in them', async () => {
    const vendor = {
      SmartEncoded: true,
      MediaUrl: ['https://acme.example/1.png', 'https://acme.example/2.png'],
      body: 'x',
    };
    await bench.deliver({ message: { vendor } });
    const form = bench.sandbox.requests.at(-1)?.form();
    expect([form?.get('SmartEncoded'), form?.getAll('MediaUrl'), form?.has('body')]).toEqual([
      'true',
      vendor.MediaUrl,
      false,
    ]);
    for (const refused of [
      { To: '+15005550011' },
      { to: ['+15005550011'] },
      { StatusCallback: 'https://other.example' },
    ]) {
      expect(await bench.deliver({ message: { vendor: refused } })).toMatchObject({ kind: 'mapping' });
      expect(await bench.deliver({ message: { vendor: refused }, hasPublicUrl: false })).toMatchObject({
        kind: 'mapping',
      });
    }
    expect(bench.sandbox.received).toBe(1);
  });

  it('sends with an API key; the account stays in the path', async () => {
    const credentials = {
      apiKeySid: 'SK00000000000000000000000000000001',
      apiKeySecret: 'sandbox-api-key-secret-000000001',
    };
    expect(await bench.deliver({ credentials })).toMatchObject({ kind: 'accepted' });
    expect(bench.sandbox.inbox[0]?.request.basic()?.username).toBe(credentials.apiKeySid);
    expect(await bench.verify({ credentials })).toMatchObject({ kind: 'accepted' });
    const wrong = { ...credentials, apiKeySecret: 'of-yesterday' };
    expect(await bench.verify({ credentials: wrong })).toMatchObject({ kind: 'credentials', vendorCode: '20003' });
  });

  it('sends from a messaging service', async () => {
    const settings = { from: null, messagingServiceSid: sid('MG', 'a') };
    expect(await bench.deliver({ settings })).toMatchObject({ kind: 'accepted' });
    const form = bench.sandbox.inbox[0]?.request.form();
    expect([form?.get('MessagingServiceSid'), form?.has('From')]).toEqual([sid('MG', 'a'), false]);
  });

  it('sends a template with its variables', async () => {
    const message = { body: null, contentSid: sid('HX', 'b'), contentVariables: { '1': 'Ünal "x"' } };
    expect(await bench.deliver({ message })).toMatchObject({ kind: 'accepted' });
    const form = bench.sandbox.inbox[0]?.request.form();
    expect([form?.get('ContentSid'), form?.get('ContentVariables')]).toEqual([sid('HX', 'b'), '{"1":"Ünal \\"x\\""}']);
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('cuts a text with too many segments at a word', async () => {
    const body = `You earned 120 points. ${'Thank you for shopping with us. '.repeat(40)}🎉`;
    await bench.deliver({ message: { body }, settings: { maxSegments: 2, unsubscribeText: 'Reply STOP to opt out' } });
    const text = bench.sandbox.inbox[0]?.text ?? '';
    expect(text).toMatch(/^You earned 120 points\. .*\.\.\. Reply STOP to opt out$/);
    expect(smsSize(text)).toMatchObject({ encoding: 'gsm7', segments: 2 });
  });

  it('sends any text unchanged', async () => {
    const body = 'a&b=c +1% "ü"\n🎉';
    await bench.deliver({ message: { body } });
    expect(bench.sandbox.inbox[0]?.text).toBe(body);
  });

  it('sends the delivery id in the callback URL', async () => {
    await bench.deliver({ deliveryId: 'the-delivery' });
    const url = new URL(bench.sandbox.inbox[0]?.request.form().get('StatusCallback') ?? 'none:');
    expect(url.searchParams.get('delivery')).toBe('the-delivery');
    expect(url.pathname).toMatch(/^\/v1\/callbacks\//);
  });

  it('prefers Twilio’s Retry-After to the table, and reports unknown codes', async () => {
    bench.sandbox.next(throttle(9, { code: 21611, message: 'queue', status: 429 }));
    expect(await bench.deliver()).toMatchObject({ kind: 'throttled', retryAfterMs: 9_000, vendorCode: '21611' });
    bench.sandbox.next(answer(400, { code: 29999, message: "The 'To' number +919000000001 is odd" }));
    const outcome = await bench.deliver();
    expect(outcome).toMatchObject({ kind: 'rejected', vendorCode: '29999' });
    expect(outcome.kind === 'rejected' && outcome.message).toContain('docs/api/errors/29999');
    expect(JSON.stringify(outcome)).not.toContain('9000000001');
  });

  it('treats a 201 without a body as accepted', async () => {
    bench.sandbox.next(answer(201, ''));
    expect(await bench.deliver()).toEqual({
      kind: 'accepted',
      request: { method: 'POST', url: expect.stringMatching(/\/…\/Accounts\/…\/Messages\.json$/) },
    });
  });

  it('reports that a suspended account cannot send', async () => {
    bench.sandbox.next(answer(200, { sid: sid('AC', '0'), status: 'suspended' }), 'account');
    expect(await bench.verify()).toMatchObject({ kind: 'credentials', message: expect.stringContaining('suspended') });
  });

  it.each([
    ['no sender', {}],
    ['two senders', { from: '+15005550006', messagingServiceSid: 'MG' + 'a'.repeat(32) }],
    ['a sender name that is too long', { from: 'ABCDEFGHIJKL' }],
  ])('refuses settings with %s', (_name, settings) => {
    expect(bench.gateway.checkSettings('twilio-sms', settings)).not.toEqual([]);
  });

  it.each([
    ['a number without its country', { to: '9000000001', body: 'x' }],
    ['a text of 1,601 characters', { to: '+919000000001', body: 'x'.repeat(1_601) }],
    ['text and template', { to: '+919000000001', body: 'x', contentSid: 'HX' + 'b'.repeat(32) }],
    ['variables without a template', { to: '+919000000001', body: 'x', contentVariables: {} }],
  ])('refuses a message with %s', (_name, message) => {
    expect(bench.gateway.checkMessage('twilio-sms', message)).not.toEqual([]);
  });

  it('refuses an incomplete API key', () => {
    const credentials = { ...sandbox.credentials, apiKeySid: sid('SK', '0') };
    expect(bench.gateway.checkCredentials('twilio-sms', credentials)).not.toEqual([]);
  });
});
