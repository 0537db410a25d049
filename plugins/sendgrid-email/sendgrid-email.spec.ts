import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isJsonObject, type JsonObject } from '@patchbay/plugin-sdk';
import { answer, SANDBOX_FILE, throttle } from '@patchbay/testing';
import { describeDestination, PluginBench } from '@patchbay/testing/suite';
import { statusCallback, isSignedBy } from './status-callback.js';
import sendGridEmail from './index.js';
import sandbox from './sandbox.js';
import { SendGridEmailCredentials, SendGridEmailSettings } from './sendgrid-email.dto.js';
import { sendGridError } from './errors.js';

const folder = new URL('.', import.meta.url);
const TEMPLATE = 'd-0123456789abcdef0123456789abcdef';

describeDestination(sendGridEmail, { sandbox, folder });

describe('the signature of the Event Webhook', () => {
  /** Signed example from the tests of SendGrid's own libraries. */
  const example = {
    key: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==',
    signature: 'MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0=',
    timestamp: '1588788367',
    body: Buffer.from('{"category":"example_payload","event":"test_event","message_id":"message_id"}'),
  };
  const { key, signature, timestamp, body } = example;

  it('matches SendGrid’s example', () => {
    expect(isSignedBy(key, signature, timestamp, body)).toBe(true);
  });

  it('covers every byte of the body, the timestamp and the key', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey;
    const wrong: [string, string, string, Uint8Array][] = [
      [key, signature, timestamp, Buffer.concat([body, Buffer.from('\r\n')])],
      [key, signature, '1588788368', body],
      [key, signature, '', body],
      [key, signature.replace('H2j', 'H3j'), timestamp, body],
      [key, '', timestamp, body],
      [key.replace('EDr2', 'EDr3'), signature, timestamp, body],
      ['', signature, timestamp, body],
      [rsa.export({ format: 'der', type: 'spki' }).toString('base64'), signature, timestamp, body],
    ];
    expect(wrong.map((parts) => isSignedBy(...parts))).toEqual(wrong.map(() => false));
  });
});

describe('errors of SendGrid', () => {
  const errorOf = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return sendGridError({ status, headers, text, json: () => null }, 1_800_000_000_000);
  };

  it('wait until the next period begins, at most one day', () => {
    const retryAfter = (reset: string) => errorOf(429, {}, { 'x-ratelimit-reset': reset }).retryAfterMs;
    expect(retryAfter('1800000007')).toBe(7_000);
    expect(retryAfter('1799999999')).toBe(0);
    expect(retryAfter('9999999999')).toBe(86_400_000);
    expect(retryAfter('soon')).toBeUndefined();
    expect(errorOf(429, {}, { 'x-ratelimit-reset': '1800000007', 'retry-after': '2' }).retryAfterMs).toBe(2_000);
    expect(errorOf(500, {}, { 'x-ratelimit-reset': '1800000007' }).retryAfterMs).toBeUndefined();
  });

  it('contain the fields and none of SendGrid’s texts, which contain addresses', () => {
    const error = errorOf(400, {
      errors: [
        { field: 'personalizations.0.to.0.email', message: 'customer@example.com is no good' },
        { field: 'customer@example.com', message: '' },
        { field: 'null', message: 'invalid request' },
        null,
        'customer@example.com',
      ],
    });
    expect(error.message).toBe(
      'SendGrid: it refused personalizations.0.to.0.email; check the recipient and the mapping.',
    );
  });

  it.each(['', 'null', '{"errors":{}}', '[1]', '<html>'])('use the status if the body is %s', (text) => {
    expect(errorOf(400, text)).toMatchObject({ kind: 'rejected', message: expect.stringContaining('400') });
    expect(errorOf(502, text).kind).toBe('transient');
  });
});

describe('sendgrid-email', () => {
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

  it('sends copies, sender, headers and time of the message, and each address once', async () => {
    const message = {
      ...{ cc: ['Customer@example.com', 'cc@example.com'], bcc: ['cc@example.com', 'bcc@example.com'] },
      ...{ from: 'points@acme.example', replyTo: 'care@acme.example', unsubscribeUrl: 'https://acme.example/u' },
      ...{ sendAt: '2026-01-31T10:00:00.500Z', categories: ['points'], unsubscribeGroupId: 7 },
    };
    await bench.deliver({ message, settings: { categories: ['all'], unsubscribeGroupId: 1, fromName: 'Acme' } });
    expect(sent()).toMatchObject({
      from: { email: 'points@acme.example', name: 'Acme' },
      reply_to: { email: 'care@acme.example' },
      personalizations: [{ cc: [{ email: 'cc@example.com' }], bcc: [{ email: 'bcc@example.com' }] }],
      headers: {
        'List-Unsubscribe': '<https://acme.example/u>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
      ...{ send_at: 1_769_853_600, categories: ['points'], asm: { group_id: 7 } },
    });
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('reads no status from the event of a copy', async () => {
    await bench.deliver({ message: { cc: ['cc@example.com'] }, deliveryId: 'the-delivery' });
    const [person] = [sent().personalizations].flat();
    const args = isJsonObject(person) && isJsonObject(person.custom_args) ? person.custom_args : {};
    const emails = ['cc@example.com', 'Customer@example.com'];
    const rawBody = Buffer.from(JSON.stringify(emails.map((email) => ({ ...args, email, event: 'bounce' }))));
    const own = { credentials: new SendGridEmailCredentials(), settings: new SendGridEmailSettings() };
    const updates = statusCallback.parse({ method: 'POST', url: '', headers: {}, rawBody }, own);
    expect(updates.filter((update) => 'status' in update)).toMatchObject([
      { deliveryId: 'the-delivery', status: 'bounced' },
    ]);
    expect(updates.filter((update) => 'address' in update)).toHaveLength(2);
  });

  it('rejects only the message if the mapping sets a sender that is not verified', async () => {
    const message = { from: 'points@elsewhere.example' };
    expect(await bench.deliver({ message })).toMatchObject({ kind: 'rejected', response: { status: 403 } });
    const refused = answer(400, { errors: [{ message: 'no', field: 'asm.group_id' }] });
    bench.sandbox.next(refused);
    expect(await bench.deliver({ message: { unsubscribeGroupId: 7 } })).toMatchObject({ kind: 'rejected' });
    bench.sandbox.next(refused);
    expect(await bench.deliver({ settings: { unsubscribeGroupId: 7 } })).toMatchObject({ kind: 'credentials' });
  });

  it('attaches files, and sends nothing if a file is missing', async () => {
    const attachments = [{ url: `${bench.sandbox.baseUrl}/files/1`, name: 'a.pdf' }];
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'accepted' });
    const content = Buffer.from(SANDBOX_FILE).toString('base64');
    expect(sent().attachments).toEqual([
      { filename: 'a.pdf', type: 'application/octet-stream', disposition: 'attachment', content },
    ]);
    bench.sandbox.next(answer(403), 'file');
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'rejected' });
    bench.sandbox.next(answer(500), 'file');
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'transient' });
    expect(bench.sandbox.received).toBe(1);
  });

  it('adds further fields, and refuses recipients and another delivery id in them', async () => {
    const vendor = {
      ip_pool_name: 'loyalty',
      subject: 'x',
      personalizations: [{ headers: { 'X-Campaign': 'points' } }, {}],
    };
    await bench.deliver({ message: { vendor } });
    expect(sent()).toMatchObject({
      ip_pool_name: 'loyalty',
      subject: 'You earned 100 points',
      personalizations: [{ to: [{ email: 'customer@example.com' }], headers: { 'X-Campaign': 'points' } }],
    });
    expect(sent().personalizations).toHaveLength(1);
    const people = ['to', 'cc', 'bcc'].map((name) => ({
      personalizations: [{ [name]: [{ email: 'b@example.com' }] }],
    }));
    const id = { custom_args: { patchbay_delivery_id: 'x' } };
    for (const refused of [
      ...people,
      { mail_settings: { bcc: { email: 'b@example.com' } } },
      id,
      { personalizations: [id] },
    ]) {
      expect(await bench.deliver({ message: { vendor: refused } })).toMatchObject({ kind: 'mapping' });
    }
    expect(bench.sandbox.received).toBe(1);
  });

  const parsed = (body: string) => {
    const request = { method: 'POST', url: 'https://hub.example.com/', headers: {}, rawBody: Buffer.from(body) };
    return bench.gateway.parseCallback('sendgrid-email', request, bench.destination()).statuses;
  };

  const sent = (): JsonObject => bench.sandbox.requests.at(-1)?.jsonObject() ?? {};

  it('sends only the delivery as a custom argument, in the personalization of the e-mail', async () => {
    await bench.deliver({ deliveryId: 'the-delivery' });
    expect(sent().personalizations).toEqual([
      { to: [{ email: sandbox.message.to }], custom_args: { patchbay_delivery_id: 'the-delivery' } },
    ]);
    expect(sent()).not.toHaveProperty('custom_args');
  });

  it('sends text before HTML, and every character unchanged', async () => {
    const text = 'a&b=c +1% "ü"\n🎉 {{ not a template }}';
    const html = '<p title="ü">a &amp; b 🎉</p>';
    await bench.deliver({ message: { subject: 'Ünal: {{ 100% }} "now" 🎉', text, html } });
    expect(sent()).toMatchObject({
      from: { email: 'hello@acme.example', name: 'Acme' },
      subject: 'Ünal: {{ 100% }} "now" 🎉',
      content: [
        { type: 'text/plain', value: text },
        { type: 'text/html', value: html },
      ],
    });
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('sends text only and HTML only', async () => {
    await bench.deliver({ message: { html: null } });
    expect(sent().content).toEqual([{ type: 'text/plain', value: 'Your balance is 120.' }]);
    await bench.deliver({ message: { text: null } });
    expect(sent().content).toEqual([{ type: 'text/html', value: '<p>Your balance is <b>120</b>.</p>' }]);
  });

  it('sends a dynamic template with unchanged data', async () => {
    const data = { firstName: "O'Neil", nested: { snake_case: [1, { camelCase: true }], headers: { toString: {} } } };
    const message = { subject: null, text: null, html: null, templateId: TEMPLATE, data };
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    expect(await bench.deliver({ message })).toMatchObject({ kind: 'accepted' });
    expect(sent().template_id).toBe(TEMPLATE);
    expect(sent().personalizations).toEqual([
      { to: [{ email: 'customer@example.com' }], dynamic_template_data: data, custom_args: expect.any(Object) },
    ]);
    expect(sent()).not.toHaveProperty('subject');
    expect(sent()).not.toHaveProperty('content');
    expect(bench.sandbox.violations).toEqual([]);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('sends the options of the settings', async () => {
    const settings = { replyTo: 'care@acme.example', categories: ['loyalty'], unsubscribeGroupId: 7 };
    expect(await bench.deliver({ settings })).toMatchObject({ kind: 'accepted' });
    expect(sent()).toMatchObject({
      reply_to: { email: 'care@acme.example' },
      categories: ['loyalty'],
      asm: { group_id: 7 },
    });
    expect(sent()).not.toHaveProperty('mail_settings');
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('sends nothing in sandbox mode, and records SendGrid’s response', async () => {
    const settings = { sandboxMode: true };
    expect(await bench.deliver({ settings })).toEqual({
      kind: 'accepted',
      request: { method: 'POST', url: expect.stringMatching(/\/v3\/mail\/send$/) },
      response: { status: 200 },
    });
    expect(bench.sandbox.inbox).toEqual([]);
  });

  it('keeps the keys of two brands apart, even if both send at once', async () => {
    const credentials = { apiKey: 'SG.sandbox.invented-key-of-a-neighbour' };
    const kinds = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => (await bench.deliver(index % 2 ? { credentials } : {})).kind),
    );
    expect(kinds).toEqual(kinds.map((_, index) => (index % 2 ? 'credentials' : 'accepted')));
  });

  it('verifies in sandbox mode, to itself, with one call', async () => {
    await bench.verify();
    expect(bench.sandbox.requests).toHaveLength(1);
    expect(sent()).toMatchObject({
      personalizations: [{ to: [{ email: 'hello@acme.example' }] }],
      mail_settings: { sandbox_mode: { enable: true } },
    });
  });

  it('reports that a key may not send', async () => {
    bench.sandbox.next(answer(403, { errors: [{ message: 'access forbidden', field: null }] }));
    expect(await bench.verify()).toMatchObject({ kind: 'credentials', message: expect.stringContaining('Mail Send') });
  });

  it('prefers Retry-After to the reset', async () => {
    bench.sandbox.next(throttle(9));
    expect(await bench.deliver()).toMatchObject({ kind: 'throttled', retryAfterMs: 9_000 });
  });

  it('refuses calls a day after the last retry, calls from the future, and calls without a key', async () => {
    const now = 1_800_000_000_000;
    const { webhookPublicKey, ...keyless } = bench.sandbox.credentials;
    const heardAt = async (ms: number, credentials: JsonObject): Promise<boolean> => {
      const vendor = jest.spyOn(Date, 'now').mockReturnValue(ms);
      const call = sandbox.callbacks?.call('https://hub.example.com/', { events: [] }, bench.sandbox.credentials);
      if (call === undefined) throw new Error('The sandbox makes no callbacks.');
      vendor.mockRestore();
      const clock = jest.spyOn(bench.clock, 'now').mockReturnValue(now);
      const request = { ...call, rawBody: Buffer.from(call.body) };
      const { settings } = bench.destination();
      const heard = await bench.gateway.authenticateCallback('sendgrid-email', request, { credentials, settings });
      clock.mockRestore();
      return heard;
    };
    const keyed = { ...keyless, webhookPublicKey: webhookPublicKey ?? null };
    expect(await heardAt(now, keyed)).toBe(true);
    expect(await heardAt(now - 24 * 3_600_000, keyed)).toBe(true);
    expect(await heardAt(now - 26 * 3_600_000, keyed)).toBe(false);
    expect(await heardAt(now + 3_600_000, keyed)).toBe(false);
    expect(await heardAt(now, keyless)).toBe(false);
  });

  it('returns nothing for a body that is not a list of events', () => {
    for (const body of ['{}', 'null', '[null, 1, "delivered", [], {}]', '[{"event":"toString"}]', '[{"event":1}]']) {
      expect(parsed(body)).toEqual([]);
    }
    const odd = { event: 'bounce', patchbay_delivery_id: 'd', timestamp: 'now', sg_message_id: '', reason: 5 };
    expect(parsed(JSON.stringify([odd]))).toEqual([{ deliveryId: 'd', status: 'bounced' }]);
  });

  it('keeps addresses and numbers out of the details of a receiving server', () => {
    const reason = `550 5.1.1 <customer@example.com> +919000000001 unknown ${'x'.repeat(2_000)}`;
    const [update] = parsed(JSON.stringify([{ event: 'bounce', patchbay_delivery_id: 'd', reason }]));
    expect(update?.detail).toMatch(/^550 5\.1\.1 <…> … unknown x+$/);
    expect(update?.detail).toHaveLength(200);
  });

  it.each([
    ['a line break in the subject', { subject: 'Hello\r\nBcc: everyone@example.com' }],
    ['a line break in the address', { to: 'customer@example.com\r\nBcc: everyone@example.com' }],
    ['two addresses', { to: 'customer@example.com, other@example.com' }],
    ['a name before the address', { to: 'Customer <customer@example.com>' }],
    ['no content', { text: null, html: null }],
    ['no subject', { subject: null }],
    ['a template and content', { templateId: TEMPLATE }],
    ['a legacy template', { subject: null, text: null, html: null, templateId: 'welcome' }],
    ['data without a template', { data: {} }],
  ])('refuses a message with %s', (_name, message) => {
    expect(bench.gateway.checkMessage('sendgrid-email', { ...sandbox.message, ...message })).not.toEqual([]);
  });

  it.each([
    ['a sender that is not an address', { from: 'Acme' }],
    ['a line break in the name', { from: 'hello@acme.example', fromName: 'Acme\nBcc: x@example.com' }],
    ['11 categories', { from: 'hello@acme.example', categories: Array.from({ length: 11 }, String) }],
    ['an unknown region', { from: 'hello@acme.example', region: 'mars' }],
  ])('refuses settings with %s', (_name, settings) => {
    expect(bench.gateway.checkSettings('sendgrid-email', settings)).not.toEqual([]);
  });
});
