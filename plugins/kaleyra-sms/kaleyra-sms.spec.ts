import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { provenCallbackUrl, smsSize, type HttpRequest } from '@patchbay/plugin-sdk';
import { answer } from '@patchbay/testing';
import { contextOver, describeDestination, PluginBench } from '@patchbay/testing/suite';
import kaleyraSms from './index.js';
import { KaleyraSmsCredentials, KaleyraSmsSettings } from './kaleyra-sms.dto.js';
import sandbox from './sandbox.js';

const folder = new URL('.', import.meta.url);

describeDestination(kaleyraSms, { sandbox, folder });

describe('kaleyra-sms', () => {
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

  it('adds further parameters, and refuses recipients and callbacks in them', async () => {
    await bench.deliver({ message: { vendor: { ref1: 'points', sender: 'OTHER' } } });
    expect(bench.sandbox.requests.at(-1)?.jsonObject()).toMatchObject({ ref1: 'points', sender: 'KLRHXA' });
    for (const vendor of [
      { to: '+919000000002' },
      { ref: 'x' },
      { callback: { url: 'x' } },
      { callback_profile_id: 'x' },
    ]) {
      expect(await bench.deliver({ message: { vendor }, hasPublicUrl: false })).toMatchObject({ kind: 'mapping' });
    }
    expect(bench.sandbox.received).toBe(1);
  });

  const sent = () => bench.sandbox.requests.at(-1)?.jsonObject();

  it('sends what "Send the First SMS" documents, with a callback URL that contains the delivery id', async () => {
    const outcome = await bench.deliver({ deliveryId: 'the-delivery' });
    expect(outcome).toMatchObject({ kind: 'accepted', externalId: expect.stringMatching(/^[0-9a-f-]{36}:1$/) });
    expect(sent()).toEqual({
      to: '+919000000001',
      sender: 'KLRHXA',
      type: 'TXN',
      body: sandbox.message.body,
      source: 'API',
      ref: 'the-delivery',
      callback: {
        url: expect.stringMatching(/\/v1\/callbacks\/[^?]+\?delivery=the-delivery&proof=[\w-]{43}$/),
        method: 'POST',
        retry: { count: '3', interval: ['10', '10', '10'] },
      },
    });
  });

  it('sends the registered template for India', async () => {
    expect(await bench.deliver({ message: { templateId: '1107161000000000001' } })).toMatchObject({ kind: 'accepted' });
    expect(sent()?.template_id).toBe('1107161000000000001');
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('sends any text unchanged', async () => {
    const body = 'a&b=c +1% "ü"\n🎉 नमस्ते';
    await bench.deliver({ message: { body } });
    expect(bench.sandbox.inbox[0]?.text).toBe(body);
  });

  it('cuts a text with too many segments at a word, and never cuts the unsubscribe text', async () => {
    const body = `You earned 120 points. ${'Thank you for shopping with us. '.repeat(20)}`;
    await bench.deliver({ message: { body }, settings: { maxSegments: 2, unsubscribeText: 'Reply STOP to opt out' } });
    const text = bench.sandbox.inbox[0]?.text ?? '';
    expect(text).toMatch(/^You earned 120 points\. .*\.\.\. Reply STOP to opt out$/);
    expect(smsSize(text)).toMatchObject({ encoding: 'gsm7', segments: 2 });
  });

  it('sends and verifies at the newer endpoint too', async () => {
    const settings = { endpoint: 'sms' };
    expect(await bench.deliver({ settings })).toMatchObject({ kind: 'accepted' });
    expect(await bench.verify({ settings })).toMatchObject({ kind: 'accepted' });
    expect(bench.sandbox.requests.map(({ path }) => path)).toEqual([
      '/v1/HXIN0000000001IN/sms',
      '/v1/HXIN0000000001IN/sms/status',
    ]);
  });

  it('uses the id of the request if the response has no recipients', async () => {
    bench.sandbox.next(answer(200, { id: 'the-request', error: {} }));
    expect(await bench.deliver()).toMatchObject({ kind: 'accepted', externalId: 'the-request' });
  });

  it.each([
    ['in', 'https://api.in.kaleyra.io'],
    ['ap', 'https://api.ap.kaleyra.io'],
    ['eu', 'https://api.eu.kaleyra.io'],
    ['na', 'https://api.na.kaleyra.ai'],
    ['global', 'https://api.kaleyra.io'],
  ] as const)('calls the region %s at %s', async (region, origin) => {
    const asked: HttpRequest[] = [];
    const exchange = (request: HttpRequest) => {
      asked.push(request);
      return Promise.resolve({ status: 200, headers: {}, text: '{}', json: () => ({}) });
    };
    await kaleyraSms.verify(
      contextOver({
        credentials: Object.assign(new KaleyraSmsCredentials(), { apiKey: 'key', sid: 'HX1' }),
        settings: Object.assign(new KaleyraSmsSettings(), { sender: 'KLRHXA', messageType: 'TXN', region }),
        exchange,
      }),
    );
    expect(asked.map(({ url }) => url)).toEqual([`${origin}/v1/HX1/messages/status`]);
  });

  describe('verify', () => {
    it.each([400, 404])('accepts a key that gets %i, because the message does not exist', async (status) => {
      bench.sandbox.next(answer(status, { error: 'no such message' }), 'status');
      expect(await bench.verify()).toEqual({ kind: 'accepted' });
    });

    it.each([
      [403, 'credentials'],
      [429, 'throttled'],
      [503, 'transient'],
    ])('reports the meaning of a %i', async (status, kind) => {
      bench.sandbox.next(answer(status, ''), 'status');
      expect(await bench.verify()).toMatchObject({ kind });
    });
  });

  describe('a status callback', () => {
    const { apiKey } = sandbox.credentials;
    const secret = typeof apiKey === 'string' ? apiKey : '';
    const callbackUrl = provenCallbackUrl('https://hub.example.com/v1/callbacks/d/t', secret, 'one');
    const own = { credentials: sandbox.credentials, settings: {} };

    it.each([
      ['GET', `${callbackUrl}&status=Delivered&id=m-1`, ''],
      ['POST', callbackUrl, 'status=Delivered&id=m-1'],
    ])('may arrive as %s with pairs', async (method, url, body) => {
      const request = { method, url, headers: {}, rawBody: Buffer.from(body) };
      expect(await bench.gateway.authenticateCallback('kaleyra-sms', request, own)).toBe(true);
      expect(bench.gateway.parseCallback('kaleyra-sms', request, own).statuses).toEqual([
        { deliveryId: 'one', externalId: 'm-1', status: 'delivered', detail: 'Delivered' },
      ]);
    });

    it('keeps numbers out of its detail', () => {
      const rawBody = Buffer.from(JSON.stringify({ status: 'Failed', status_trace: 'no +919000000001 here' }));
      const request = { method: 'POST', url: callbackUrl, headers: {}, rawBody };
      expect(bench.gateway.parseCallback('kaleyra-sms', request, own).statuses).toEqual([
        { deliveryId: 'one', status: 'failed', detail: 'Failed: no … here' },
      ]);
    });
  });

  it.each([
    ['no sender', { sender: null }],
    ['no message type', { messageType: null }],
    ['an unknown message type', { messageType: 'PROMO' }],
    ['no region', { region: null }],
    ['an unknown region', { region: 'mars' }],
    ['another endpoint', { endpoint: '../messages' }],
  ])('refuses settings with %s', (_name, settings) => {
    expect(bench.gateway.checkSettings('kaleyra-sms', { ...bench.sandbox.settings, ...settings })).not.toEqual([]);
  });

  it('refuses a SID that would change the path', () => {
    const credentials = { ...sandbox.credentials, sid: 'HX/../1' };
    expect(bench.gateway.checkCredentials('kaleyra-sms', credentials)).not.toEqual([]);
  });

  it.each([
    ['a number without its country', { to: '9000000001' }],
    ['no text', { body: '' }],
    ['a text of 2,001 characters', { body: 'x'.repeat(2_001) }],
    ['a template id with spaces', { templateId: 'a b' }],
  ])('refuses a message with %s', (_name, message) => {
    expect(bench.gateway.checkMessage('kaleyra-sms', { ...sandbox.message, ...message })).not.toEqual([]);
  });
});
