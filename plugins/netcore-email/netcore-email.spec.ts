import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HttpRequest, JsonObject } from '@patchbay/plugin-sdk';
import { answer, SANDBOX_FILE } from '@patchbay/testing';
import { contextOver, describeDestination, PluginBench } from '@patchbay/testing/suite';
import netcoreEmail from './index.js';
import { NetcoreEmailCredentials, NetcoreEmailSettings } from './netcore-email.dto.js';
import { netcoreError } from './errors.js';
import sandbox from './sandbox.js';

const folder = new URL('.', import.meta.url);
const DELIVERY_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

describeDestination(netcoreEmail, { sandbox, folder });

describe('errors of Netcore', () => {
  const errorOf = (status: number, body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return netcoreError({ status, headers: {}, text, json: () => null });
  };

  it('contain the fields and none of Netcore’s texts, which contain addresses', () => {
    const error = errorOf(400, {
      status: 'error',
      error: [
        { field: 'personalizations[0].to', description: 'customer@example.com is no good' },
        { field: 'customer@example.com' },
        null,
        'customer@example.com',
      ],
    });
    expect(error.message).toBe(
      'Netcore: it refuses personalizations[0].to (400); check the recipient and the mapping.',
    );
  });

  it.each(['', 'null', '[]', '{"error":{}}', '<html>'])('use the status if the body is %s', (text) => {
    expect(errorOf(400, text)).toMatchObject({ kind: 'rejected', message: expect.stringContaining('400') });
    expect(errorOf(502, text).kind).toBe('transient');
  });
});

describe('netcore-email', () => {
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

  it('sends copies, sender, headers and time of the message', async () => {
    const message = {
      ...{
        cc: ['cc@example.com'],
        bcc: ['bcc@example.com'],
        from: 'points@acme.example',
        replyTo: 'care@acme.example',
      },
      ...{ unsubscribeUrl: 'https://acme.example/u', sendAt: '2026-01-31T10:00:00Z', tags: ['points'] },
    };
    await bench.deliver({ message, settings: { tags: ['all'] } });
    expect(bench.sandbox.requests.at(-1)?.jsonObject()).toMatchObject({
      ...{ from: { email: 'points@acme.example', name: 'Acme' }, reply_to: 'care@acme.example', tags: ['points'] },
      schedule: 1_769_853_600,
      personalizations: [
        {
          ...{ cc: [{ email: 'cc@example.com' }], bcc: [{ email: 'bcc@example.com' }] },
          headers: {
            'List-Unsubscribe': '<https://acme.example/u>',
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          },
        },
      ],
    });
  });

  it('rejects only the message if the mapping sets an inactive sender', async () => {
    const message = { from: 'points@elsewhere.example' };
    expect(await bench.deliver({ message })).toMatchObject({ kind: 'rejected', response: { status: 400 } });
  });

  it('attaches files, and sends nothing if a file is missing', async () => {
    const attachments = [{ url: `${bench.sandbox.baseUrl}/files/1`, name: 'a.pdf' }];
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'accepted' });
    const content = Buffer.from(SANDBOX_FILE).toString('base64');
    expect(bench.sandbox.requests.at(-1)?.jsonObject()?.attachments).toEqual([{ name: 'a.pdf', content }]);
    bench.sandbox.next(answer(403), 'file');
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'rejected' });
    bench.sandbox.next(answer(500), 'file');
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'transient' });
    expect(bench.sandbox.received).toBe(1);
  });

  it('adds further fields, and refuses recipients and another delivery id in them', async () => {
    const vendor = {
      lint_payload: true,
      subject: 'x',
      personalizations: [{ headers: { 'X-Campaign': 'points' } }, {}],
    };
    await bench.deliver({ message: { vendor } });
    const request = bench.sandbox.requests.at(-1)?.jsonObject();
    expect(request).toMatchObject({
      lint_payload: true,
      subject: 'You earned 100 points',
      personalizations: [{ to: [{ email: 'customer@example.com' }], headers: { 'X-Campaign': 'points' } }],
    });
    expect(request?.personalizations).toHaveLength(1);
    const people = ['to', 'cc', 'bcc'].map((name) => ({
      personalizations: [{ [name]: [{ email: 'b@example.com' }] }],
    }));
    for (const refused of [
      ...people,
      { bcc: [] },
      { settings: { bcc: 'b@example.com' } },
      { personalizations: [{ token_to: 'x' }] },
    ]) {
      expect(await bench.deliver({ message: { vendor: refused } })).toMatchObject({ kind: 'mapping' });
    }
    expect(bench.sandbox.received).toBe(1);
  });

  const sent = (): JsonObject => bench.sandbox.requests.at(-1)?.jsonObject() ?? {};

  it('sends what "Send Mail" documents, every character unchanged, with the delivery as its token', async () => {
    const message = { subject: 'Ünal: {{ 100% }} "now" 🎉', html: '<p title="ü">a &amp; b 🎉</p>' };
    const settings = { replyTo: 'care@acme.example', tags: ['loyalty'] };
    expect(await bench.deliver({ message, settings, deliveryId: DELIVERY_ID })).toMatchObject({ kind: 'accepted' });
    expect(sent()).toEqual({
      from: { email: 'hello@acme.example', name: 'Acme' },
      reply_to: 'care@acme.example',
      tags: ['loyalty'],
      subject: message.subject,
      content: [{ type: 'html', value: message.html }],
      personalizations: [{ to: [{ email: 'customer@example.com' }], token_to: DELIVERY_ID }],
    });
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('converts text to HTML that looks like it', async () => {
    await bench.deliver({ message: { html: null, text: 'a < b & "c"\r\n<b>🎉</b>\n{{ x }}' } });
    expect(sent().content).toEqual([
      { type: 'html', value: 'a &lt; b &amp; "c"<br>\n&lt;b&gt;🎉&lt;/b&gt;<br>\n{{ x }}' },
    ]);
  });

  it('sends a template with its data as text', async () => {
    const data = { name: "O'Neil", points: 100, yes: true, list: [1], nothing: null };
    const message = { subject: null, text: null, html: null, templateId: 21_172, data };
    expect(await bench.deliver({ message })).toMatchObject({ kind: 'accepted' });
    expect(sent()).toMatchObject({
      template_id: 21_172,
      personalizations: [{ attributes: { name: "O'Neil", points: '100', yes: 'true', list: '[1]' } }],
    });
    expect(sent()).not.toHaveProperty('content');
    expect(JSON.stringify(sent())).not.toContain('nothing');
    expect(await bench.deliver({ message: { ...message, data: null, subject: 'Points' } })).toMatchObject({
      kind: 'accepted',
    });
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('treats a 2xx without an id as success', async () => {
    bench.sandbox.next(answer(202, { data: {}, status: 'success' }));
    expect(await bench.deliver()).toEqual({
      kind: 'accepted',
      request: { method: 'POST', url: expect.stringMatching(/\/mail\/send$/) },
      response: { status: 202 },
    });
  });

  it.each([
    [{}, '/v5.1/mail/send'],
    [{ path: '/v5/mail/send' }, '/v5/mail/send'],
  ])('sends and verifies with %j', async (settings, path) => {
    expect(await bench.deliver({ settings })).toMatchObject({ kind: 'accepted' });
    expect(await bench.verify({ settings })).toEqual({ kind: 'accepted' });
    expect(bench.sandbox.requests.map((request) => request.path)).toEqual([path, path]);
  });

  it.each([
    ['global', 'https://emailapi.netcorecloud.net/v5.1/mail/send'],
    ['eu', 'https://apieu.netcorecloud.net/v5.1/mail/send'],
  ] as const)('calls the region %s at %s', async (region, url) => {
    const asked: HttpRequest[] = [];
    const exchange = (request: HttpRequest) => {
      asked.push(request);
      return Promise.resolve({ status: 400, headers: {}, text: '{}', json: () => ({}) });
    };
    const settings = { from: 'hello@acme.example', region, path: '/v5.1/mail/send' };
    await netcoreEmail.verify(
      contextOver({
        credentials: Object.assign(new NetcoreEmailCredentials(), { apiKey: 'invented' }),
        settings: Object.assign(new NetcoreEmailSettings(), settings),
        exchange,
      }),
    );
    expect(asked.map((request) => request.url)).toEqual([url]);
  });

  it('verifies with an e-mail without a recipient', async () => {
    await bench.verify();
    expect(sent()).toMatchObject({ personalizations: [] });
    expect(bench.sandbox.requests).toHaveLength(1);
  });

  it.each([
    [403, 'credentials'],
    [404, 'credentials'],
    [429, 'throttled'],
    [503, 'transient'],
  ])('reports the meaning of a %i in verify', async (status, kind) => {
    bench.sandbox.next(answer(status, ''));
    expect(await bench.verify()).toMatchObject({ kind });
  });

  describe('a status callback', () => {
    const asRequest = (body: string) => ({
      method: 'POST',
      url: 'https://hub.example.com/',
      headers: {},
      rawBody: Buffer.from(body),
    });
    const parsed = (events: unknown) =>
      bench.gateway.parseCallback('netcore-email', asRequest(JSON.stringify(events)), bench.destination()).statuses;

    it('is accepted if empty, because Netcore tests the URL when it is registered', async () => {
      for (const body of ['[]', '{}', '[{"test":true}]']) {
        expect(await bench.gateway.authenticateCallback('netcore-email', asRequest(body), bench.destination())).toBe(
          true,
        );
        expect(parsed(JSON.parse(body))).toEqual([]);
      }
    });

    it('contains one event, the SendGrid-like name or a time as text; unknown formats are ignored', () => {
      const at = '2027-01-15T08:00:00.000Z';
      expect(parsed({ event: 'Delivered', 'X-APIHEADER': DELIVERY_ID, TIMESTAMP: '1800000000' })).toEqual([
        { deliveryId: DELIVERY_ID, status: 'delivered', at },
      ]);
      const odd = [null, 1, 'sent', [], {}, { EVENT: 'toString', 'X-APIHEADER': DELIVERY_ID }, { EVENT: 1 }];
      expect(parsed(odd)).toEqual([]);
      expect(parsed([{ EVENT: 'bounced', 'X-APIHEADER': DELIVERY_ID, TIMESTAMP: 'now', RESPONSE: 5 }])).toEqual([
        { deliveryId: DELIVERY_ID, status: 'bounced' },
      ]);
    });

    it('keeps addresses and numbers out of the details of a receiving server', () => {
      const RESPONSE = `550 <customer@example.com> +919000000001 unknown ${'x'.repeat(2_000)}`;
      const [update] = parsed([{ EVENT: 'bounced', 'X-APIHEADER': DELIVERY_ID, RESPONSE }]);
      expect(update?.detail).toMatch(/^550 <…> … unknown x+$/);
      expect(update?.detail).toHaveLength(200);
    });
  });

  it.each([
    ['a line break in the subject', { subject: 'Hello\r\nBcc: everyone@example.com' }],
    ['a line break in the address', { to: 'customer@example.com\r\nBcc: everyone@example.com' }],
    ['two addresses', { to: 'customer@example.com, other@example.com' }],
    ['no content', { text: null, html: null }],
    ['no subject', { subject: null }],
    ['a template and content', { templateId: 1 }],
    ['a template that is not a number', { subject: null, text: null, html: null, templateId: 'welcome' }],
    ['data without a template', { data: {} }],
  ])('refuses a message with %s', (_name, message) => {
    expect(bench.gateway.checkMessage('netcore-email', { ...sandbox.message, ...message })).not.toEqual([]);
  });

  it.each([
    ['a path that changes the host', { path: '@evil.example/' }],
    ['version 6, whose fields differ', { path: '/v6/mail/send' }],
    ['a path with a query', { path: '/v5/mail/send?x=1' }],
    ['a line break in the name', { fromName: 'Acme\nBcc: x@example.com' }],
  ])('refuses settings with %s', (_name, settings) => {
    expect(bench.gateway.checkSettings('netcore-email', { ...bench.sandbox.settings, ...settings })).not.toEqual([]);
  });
});
