import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isJsonObject, smsSize, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { answer } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import infobipSms from './index.js';
import sandbox, { blocklistEvent, KEYS } from './sandbox.js';

const folder = new URL('.', import.meta.url);
const CALLBACK_URL = 'https://hub.example.com/v1/callbacks/01890a5d-0000-7000-8000-000000000001/invented-token';

describeDestination(infobipSms, { sandbox, folder });

describe('infobip-sms', () => {
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

  it('schedules a message, and limits its validity', async () => {
    const message = {
      sendAt: '2026-01-31T15:30:00+05:30',
      validityMinutes: 60,
      regional: { southKorea: { title: 'a' } },
    };
    const settings = { principalEntityId: '1201159000000000001' };
    expect(await bench.deliver({ message, settings })).toMatchObject({ kind: 'accepted' });
    expect(bench.sandbox.requests.at(-1)?.jsonObject()?.options).toEqual({
      schedule: { sendAt: '2026-01-31T10:00:00.000+00:00' },
    });
    expect(sent().options).toEqual({
      validityPeriod: { amount: 60, timeUnit: 'MINUTES' },
      regional: { southKorea: { title: 'a' }, indiaDlt: settings },
    });
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('adds further fields, and refuses recipients and callbacks in them', async () => {
    const vendor = {
      messages: [{ sender: 'Other', options: { flash: true } }, {}],
      options: { tracking: { shortenUrl: true } },
    };
    await bench.deliver({ message: { vendor } });
    expect(bench.sandbox.requests.at(-1)?.jsonObject()).toMatchObject({
      messages: [{ sender: bench.sandbox.settings.sender, options: { flash: true } }],
      options: vendor.options,
    });
    for (const refused of [
      { destinations: [] },
      { webhooks: { callbackData: 'x' } },
      { webhooks: { delivery: { url: 'x' } } },
    ]) {
      const message = { vendor: { messages: [refused] } };
      expect(await bench.deliver({ message, hasPublicUrl: false })).toMatchObject({ kind: 'mapping' });
    }
    expect(bench.sandbox.received).toBe(1);
  });

  /** Returns the message in the newest send request that the sandbox got. */
  const sent = (): JsonObject => {
    const messages = bench.sandbox.requests.at(-1)?.jsonObject()?.messages;
    const message = Array.isArray(messages) ? messages[0] : undefined;
    if (!isJsonObject(message)) throw new Error('No message was sent.');
    return message;
  };

  it('sends one message with the hub’s own id, and the number without its plus', async () => {
    const outcome = await bench.deliver({ deliveryId: 'the-delivery' });
    expect(outcome).toMatchObject({ kind: 'accepted', externalId: 'the-delivery' });
    expect(sent()).toEqual({
      sender: 'Acme',
      destinations: [{ to: '919000000001', messageId: 'the-delivery' }],
      content: { text: sandbox.message.body },
      webhooks: {
        delivery: { url: expect.stringMatching(/\/v1\/callbacks\/[^?]+\?proof=[\w-]{43}$/) },
        contentType: 'application/json',
        callbackData: 'the-delivery',
      },
    });
  });

  it('takes blocklist events at the URL of Infobip’s portal, and reports only at the URL of a message', async () => {
    const { credentials, settings } = bench.sandbox;
    const heard = (results: Json): Promise<boolean> => {
      const rawBody = Buffer.from(JSON.stringify({ results }));
      const request = { method: 'POST', url: CALLBACK_URL, headers: {}, rawBody };
      return bench.gateway.authenticateCallback('infobip-sms', request, { credentials, settings });
    };
    const event = blocklistEvent('BLOCK', { channel: 'SMS', sourceType: 'MO' });
    const report = { messageId: 'm-1', status: { groupId: 3, id: 5, name: 'DELIVERED_TO_HANDSET' } };
    expect(await heard([event])).toBe(true);
    expect(await heard([report])).toBe(false);
    expect(await heard([event, report])).toBe(false);
    expect(await heard([])).toBe(false);
  });

  it('sends one callback URL for all messages, so that one call can report many', async () => {
    const urls = new Set<string>();
    for (const deliveryId of ['one', 'two']) {
      await bench.deliver({ deliveryId });
      urls.add(JSON.stringify(isJsonObject(sent().webhooks) ? sent().webhooks : null).replace(deliveryId, ''));
    }
    expect(urls.size).toBe(1);
  });

  it('treats the refusal of a repeated message as success of the first message', async () => {
    bench.sandbox.next({ kind: 'resetAfterRead' });
    expect(await bench.deliver({ deliveryId: 'repeated', attempt: 1 })).toMatchObject({ kind: 'unconfirmed' });
    const again = await bench.deliver({ deliveryId: 'repeated', attempt: 2 });
    expect(again).toMatchObject({ kind: 'accepted', externalId: 'repeated' });
    expect(JSON.stringify(again)).toContain('REJECTED_DUPLICATE_MESSAGE_ID');
    expect(bench.sandbox.received).toBe(1);
  });

  it('is idempotent only if the setting says that Infobip has enabled it', async () => {
    const facts = bench.gateway.facts('infobip-sms');
    const { idempotent: _idempotent, ...settings } = bench.sandbox.settings;
    expect([facts?.idempotent(bench.sandbox.settings), facts?.idempotent(settings)]).toEqual([true, false]);
    const other = { credentials: { apiKey: KEYS.notIdempotent }, settings: { idempotent: false } };
    bench.sandbox.next(answer(500));
    expect(await bench.deliver(other)).toMatchObject({ kind: 'unconfirmed' });
    // Without idempotency, Infobip sends a repeated message id again.
    await bench.deliver({ ...other, deliveryId: 'twice', attempt: 1 });
    await bench.deliver({ ...other, deliveryId: 'twice', attempt: 2 });
    expect(bench.sandbox.received).toBe(2);
  });

  it('accepts a 200 whose message Infobip has already forwarded', async () => {
    const status = { groupId: 3, groupName: 'DELIVERED', id: 2, name: 'DELIVERED_TO_OPERATOR' };
    bench.sandbox.next(answer(200, { messages: [{ status }] }));
    expect(await bench.deliver({ deliveryId: 'quick' })).toMatchObject({ kind: 'accepted', externalId: 'quick' });
  });

  it('sends any text unchanged', async () => {
    const body = 'a&b=c +1% "ü"\n🎉 \u0627';
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

  it('sends the registered template for India, which requires the entity', async () => {
    const settings = { principalEntityId: '1201159000000000001' };
    const message = { templateId: '1107161000000000001' };
    expect(await bench.deliver({ settings, message })).toMatchObject({ kind: 'accepted' });
    expect(sent().options).toEqual({
      regional: { indiaDlt: { ...settings, contentTemplateId: message.templateId } },
    });
    expect(await bench.deliver({ settings })).toMatchObject({ kind: 'accepted' });
    expect(sent().options).toEqual({ regional: { indiaDlt: settings } });
    bench.sandbox.clear();
    expect(await bench.deliver({ message })).toMatchObject({
      kind: 'mapping',
      message: expect.stringContaining('principalEntityId'),
    });
    expect(bench.sandbox.requests).toEqual([]);
  });

  it('never repeats Infobip’s own texts, which may contain the number', async () => {
    const status = { groupId: 5, id: 52, name: 'REJECTED for 919000000001', description: '919000000001 is odd' };
    bench.sandbox.next(answer(200, { messages: [{ messageId: 'm', status, destination: '919000000001' }] }));
    const outcome = await bench.deliver();
    expect(outcome).toMatchObject({ kind: 'rejected', message: expect.stringContaining('an unnamed status') });
    expect(JSON.stringify(outcome)).not.toContain('9000000001');
  });

  it('accepts a base URL with a trailing slash', async () => {
    expect(await bench.deliver({ settings: { baseUrl: `${bench.sandbox.baseUrl}/` } })).toMatchObject({
      kind: 'accepted',
    });
  });

  describe('verify', () => {
    const kept = (apiKey: string) => bench.verify({ credentials: { apiKey } });

    it('accepts a key that may only send, and sends nothing with it', async () => {
      expect(await kept(KEYS.sendOnly)).toEqual({ kind: 'accepted' });
      expect(bench.sandbox.received).toBe(0);
    });

    it('refuses a key that may not send, and names the missing scope', async () => {
      expect(await kept(KEYS.reportsOnly)).toMatchObject({
        kind: 'credentials',
        message: expect.stringContaining('sms:message:send'),
      });
    });

    it('reports a base URL that is not Infobip’s', async () => {
      bench.sandbox.next(answer(404, 'Not found'), 'preview');
      expect(await bench.verify()).toMatchObject({ kind: 'credentials', message: expect.stringContaining('baseUrl') });
    });
  });

  it.each([
    ['no sender', { sender: null }],
    ['a sender name that is too long', { sender: 'ABCDEFGHIJKL' }],
    ['no base URL', { baseUrl: null }],
    ['a base URL without its scheme', { baseUrl: 'xxxxx.api.infobip.com' }],
    ['an entity id that is not a number', { principalEntityId: 'acme' }],
  ])('refuses settings with %s', (_name, settings) => {
    expect(bench.gateway.checkSettings('infobip-sms', { ...bench.sandbox.settings, ...settings })).not.toEqual([]);
  });

  it.each([
    ['a number without its country', { to: '9000000001' }],
    ['no text', { body: '' }],
    ['a text of 4,001 characters', { body: 'x'.repeat(4_001) }],
    ['a template id that is not a number', { templateId: 'welcome' }],
  ])('refuses a message with %s', (_name, message) => {
    expect(bench.gateway.checkMessage('infobip-sms', { ...sandbox.message, ...message })).not.toEqual([]);
  });
});
