import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HttpRequest, JsonObject } from '@patchbay/plugin-sdk';
import { answer, SANDBOX_FILE, throttle } from '@patchbay/testing';
import { contextOver, describeDestination, PluginBench } from '@patchbay/testing/suite';
import sesLocal from 'aws-ses-v2-local';
import { AwsSesEmailCredentials, AwsSesEmailSettings } from './aws-ses-email.dto.js';
import { namedAddress } from './from-header.js';
import awsSesEmail from './index.js';
import sandbox, { TEMPORARY } from './sandbox.js';
import { sesError } from './errors.js';
import { updatesIn } from './ses-event.js';

const folder = new URL('.', import.meta.url);

describeDestination(awsSesEmail, { sandbox, folder });

describe('a sender’s name', () => {
  it('is quoted, or encoded if it is not ASCII', () => {
    expect(namedAddress('a@b.example', undefined)).toBe('a@b.example');
    expect(namedAddress('a@b.example', 'Acme, "the" \\ shop')).toBe('"Acme, \\"the\\" \\\\ shop" <a@b.example>');
    expect(namedAddress('a@b.example', 'Ünal')).toBe('=?UTF-8?B?w5xuYWw=?= <a@b.example>');
  });

  it('is encoded in words of at most 75 characters, each readable alone', () => {
    const name = 'पुरस्कार 🎉 '.repeat(10);
    const words = namedAddress('a@b.example', name).replace(/ <.*$/, '').split(' ');
    expect(words.length).toBeGreaterThan(3);
    expect(words.filter((word) => word.length > 75)).toEqual([]);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const read = words.map((word) => decoder.decode(Buffer.from(/\?B\?(.*)\?=$/.exec(word)?.[1] ?? '', 'base64')));
    expect(read.join('')).toBe(name);
  });
});

describe('errors of SES', () => {
  const errorOf = (status: number, headers: Record<string, string>, body: unknown) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return sesError({ status, headers, text, json: () => null }, { from: 'hello@acme.example' });
  };

  it.each([
    [{ 'x-amzn-errortype': 'AccessDeniedException' }, {}],
    [{ 'x-amzn-errortype': 'AccessDeniedException:http://internal.amazon.com/coral/' }, {}],
    [{}, { __type: 'com.amazonaws.simpleemailv2#AccessDeniedException' }],
    [{}, { code: 'AccessDeniedException', Message: 'no' }],
  ])('are found in %j or %j', (headers, body) => {
    expect(errorOf(400, headers, body)).toMatchObject({ kind: 'credentials', vendorCode: 'AccessDeniedException' });
  });

  it.each(['', 'null', '[]', '{"__type":5}', '{"__type":"a b"}', '<html>'])(
    'use the status if the body is %s',
    (text) => {
      expect(errorOf(400, {}, text)).toMatchObject({ kind: 'rejected', message: expect.stringContaining('400') });
      expect(errorOf(502, {}, text).kind).toBe('transient');
    },
  );

  it('repeat none of SES’s texts, which contain addresses', () => {
    const error = errorOf(
      400,
      { 'x-amzn-errortype': 'MessageRejected' },
      { message: 'not verified: customer@example.com' },
    );
    expect(error.message).not.toContain('customer@');
  });

  it('concern the sender only if the error names exactly its address', () => {
    const refused = (addresses: string) =>
      errorOf(
        400,
        { 'x-amzn-errortype': 'MessageRejected' },
        {
          message: `Email address is not verified. The following identities failed the check in region X: ${addresses}`,
        },
      ).kind;
    expect(refused('Hello@acme.example')).toBe('credentials');
    expect(refused('customer@example.com, "Acme" <hello@acme.example>')).toBe('credentials');
    expect(refused('othello@acme.example')).toBe('rejected');
    expect(refused('hello@acme.example.com')).toBe('rejected');
    // The search takes quadratic time, so only the beginning of the text is searched.
    expect(refused(`${'x'.repeat(2_000)} hello@acme.example`)).toBe('rejected');
  });
});

describe('aws-ses-email', () => {
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

  it('sends copies, sender, headers, tags and the contact list of the message', async () => {
    const message = {
      ...{
        cc: ['cc@example.com'],
        bcc: ['bcc@example.com'],
        from: 'points@acme.example',
        replyTo: 'care@acme.example',
      },
      ...{ unsubscribeUrl: 'https://acme.example/u', tags: { campaign: 'points', patchbay_delivery_id: 'x' } },
      ...{ contactList: 'loyalty', topic: 'points' },
    };
    await bench.deliver({ message, deliveryId: 'the-delivery' });
    expect(sent()).toMatchObject({
      FromEmailAddress: '"Acme" <points@acme.example>',
      Destination: { CcAddresses: ['cc@example.com'], BccAddresses: ['bcc@example.com'] },
      ReplyToAddresses: ['care@acme.example'],
      EmailTags: [
        { Name: 'campaign', Value: 'points' },
        { Name: 'patchbay_delivery_id', Value: 'the-delivery' },
      ],
      ListManagementOptions: { ContactListName: 'loyalty', TopicName: 'points' },
      Content: {
        Simple: {
          Headers: [
            { Name: 'List-Unsubscribe', Value: '<https://acme.example/u>' },
            { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
          ],
        },
      },
    });
  });

  it('reads no status from the event of a copy', () => {
    const event = (...bouncedRecipients: string[]) =>
      updatesIn(
        JSON.stringify({
          eventType: 'Bounce',
          mail: { messageId: 'm', commonHeaders: { to: ['"A" <Customer@example.com>'] } },
          bounce: { bouncedRecipients: bouncedRecipients.map((emailAddress) => ({ emailAddress })) },
        }),
      );
    expect(event('cc@example.com')).toEqual([]);
    expect(event('cc@example.com', 'customer@example.com')).toMatchObject([{ status: 'bounced' }]);
    expect(event()).toMatchObject([{ status: 'bounced' }]);
  });

  it('refuses a topic without its contact list', () => {
    expect(bench.gateway.checkMessage('aws-ses-email', { ...sandbox.message, topic: 'points' })).not.toEqual([]);
  });

  it('attaches files, and sends nothing if a file is missing', async () => {
    const attachments = [{ url: `${bench.sandbox.baseUrl}/files/1`, name: 'a.pdf' }];
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'accepted' });
    const content = Buffer.from(SANDBOX_FILE).toString('base64');
    expect(sent()).toMatchObject({
      Content: { Simple: { Attachments: [{ FileName: 'a.pdf', RawContent: content }] } },
    });
    bench.sandbox.next(answer(403), 'file');
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'rejected' });
    bench.sandbox.next(answer(500), 'file');
    expect(await bench.deliver({ message: { attachments } })).toMatchObject({ kind: 'transient' });
    expect(bench.sandbox.received).toBe(1);
  });

  it('adds further fields to the signed request, and refuses recipients in them', async () => {
    const vendor = {
      TenantName: 'acme',
      NewerThanTheSdk: 1,
      Content: { Simple: { Headers: [{ Name: 'X-A', Value: 'ü' }] } },
    };
    expect(await bench.deliver({ message: { vendor: { ...vendor, FromEmailAddress: 'x' } } })).toMatchObject({
      kind: 'accepted',
    });
    expect(sent()).toMatchObject({ ...vendor, FromEmailAddress: '"Acme" <hello@acme.example>' });
    for (const refused of [{ Destination: { BccAddresses: ['b@example.com'] } }, { destination: {} }]) {
      expect(await bench.deliver({ message: { vendor: refused } })).toMatchObject({ kind: 'mapping' });
    }
    expect(bench.sandbox.received).toBe(1);
  });

  const sent = (): JsonObject => bench.sandbox.requests.at(-1)?.jsonObject() ?? {};

  it('sends what "SendEmail" documents, every character unchanged, with the delivery as a tag', async () => {
    const message = { subject: 'Ünal: {{ 100% }} "now" 🎉', text: 'a&b=c +1% "ü"\n🎉', html: '<p title="ü">🎉</p>' };
    const outcome = await bench.deliver({ message, deliveryId: 'the-delivery' });
    expect(outcome).toMatchObject({ kind: 'accepted', response: { status: 200 } });
    expect(sent()).toEqual({
      FromEmailAddress: '"Acme" <hello@acme.example>',
      Destination: { ToAddresses: ['customer@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: message.subject, Charset: 'UTF-8' },
          Body: { Text: { Data: message.text, Charset: 'UTF-8' }, Html: { Data: message.html, Charset: 'UTF-8' } },
        },
      },
      EmailTags: [{ Name: 'patchbay_delivery_id', Value: 'the-delivery' }],
      ConfigurationSetName: 'patchbay',
    });
  });

  it('sends with temporary credentials, whose token is part of the request', async () => {
    expect(await bench.deliver({ credentials: TEMPORARY })).toMatchObject({ kind: 'accepted' });
    const { sessionToken: _token, ...withoutToken } = TEMPORARY;
    expect(await bench.deliver({ credentials: withoutToken })).toMatchObject({
      kind: 'credentials',
      vendorCode: 'UnrecognizedClientException',
    });
  });

  it('sends with the credentials of the hub if the brand asks for them and the operator shares them', async () => {
    const fromHub = { credentials: { accessKeyId: null, secretAccessKey: null, fromHub: true } };
    const refused = { kind: 'credentials', message: expect.stringContaining('PATCHBAY_AWS_BRANDS') };
    expect(await bench.deliver(fromHub)).toMatchObject(refused);
    expect(await bench.verify(fromHub)).toMatchObject(refused);
    expect(bench.sandbox.requests).toEqual([]);
    bench.hub.awsCredentials = TEMPORARY;
    try {
      expect(await bench.verify(fromHub)).toMatchObject({ kind: 'accepted' });
      expect(await bench.deliver(fromHub)).toMatchObject({ kind: 'accepted' });
      expect(bench.sandbox.requests.at(-1)?.headers['x-amz-security-token']).toBe(TEMPORARY.sessionToken);
      bench.sandbox.next({ kind: 'echo', status: 400 });
      expect(JSON.stringify(await bench.deliver(fromHub))).not.toContain(TEMPORARY.sessionToken);
      await bench.deliver();
      expect(bench.sandbox.requests.at(-1)?.headers).not.toHaveProperty('x-amz-security-token');
    } finally {
      delete bench.hub.awsCredentials;
    }
  });

  it('sends text only, HTML only, and without a name or a configuration set', async () => {
    const settings = { fromName: null, configurationSet: null, replyTo: 'care@acme.example' };
    await bench.deliver({ message: { html: null }, settings });
    expect(sent()).toMatchObject({ FromEmailAddress: 'hello@acme.example', ReplyToAddresses: ['care@acme.example'] });
    expect(sent()).not.toHaveProperty('ConfigurationSetName');
    expect(JSON.stringify(sent())).not.toContain('Html');
    await bench.deliver({ message: { text: null } });
    expect(JSON.stringify(sent())).not.toContain('"Text"');
    expect(bench.sandbox.violations).toEqual([]);
  });

  it('sends a template with unchanged data', async () => {
    const data = { firstName: "O'Neil", nested: { list: [1, true, null] } };
    const message = { subject: null, text: null, html: null, templateId: 'points', data };
    expect(await bench.deliver({ message })).toMatchObject({ kind: 'accepted' });
    expect(sent().Content).toEqual({ Template: { TemplateName: 'points', TemplateData: JSON.stringify(data) } });
    await bench.deliver({ message: { ...message, data: null } });
    expect(sent().Content).toEqual({ Template: { TemplateName: 'points', TemplateData: '{}' } });
    expect(bench.sandbox.violations).toEqual([]);
  });

  it.each([
    [429, 'TooManyRequestsException'],
    [400, 'LimitExceededException'],
    [500, 'InternalServiceErrorException'],
    [503, 'ServiceUnavailable'],
  ])('never retries by itself after %i %s, as the SDK would', async (status, name) => {
    bench.sandbox.always(answer(status, { message: 'no' }, { 'x-amzn-errortype': name }));
    await bench.deliver();
    expect(bench.sandbox.requests).toHaveLength(1);
  });

  it('prefers Retry-After to its own wait', async () => {
    bench.sandbox.next(throttle(9, { __type: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' }));
    expect(await bench.deliver()).toMatchObject({ kind: 'throttled', retryAfterMs: 9_000 });
  });

  it('keeps the keys of two brands apart, even if both send at once', async () => {
    const credentials = { accessKeyId: 'AKIAINVENTEDNEIGHBOR', secretAccessKey: 'invented-secret-of-a-neighbour' };
    const kinds = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => (await bench.deliver(index % 2 ? { credentials } : {})).kind),
    );
    expect(kinds).toEqual(kinds.map((_, index) => (index % 2 ? 'credentials' : 'accepted')));
  });

  it('reads nothing from the environment', async () => {
    const trap = 'http://127.0.0.1:1/trap';
    const environment = jest.replaceProperty(process, 'env', {
      AWS_ACCESS_KEY_ID: 'AKIAINVENTEDSOMEONE1',
      AWS_SECRET_ACCESS_KEY: 'somebody-else',
      AWS_SESSION_TOKEN: 'somebody-else',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: trap,
      AWS_ENDPOINT_URL_SESV2: trap,
      AWS_MAX_ATTEMPTS: '5',
      HTTPS_PROXY: trap,
      HTTP_PROXY: trap,
    });
    const outcomes = [await bench.deliver(), await bench.verify()];
    environment.restore();
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  });

  it.each([
    ['eu-west-1', 'https://email.eu-west-1.amazonaws.com/v2/email/account'],
    ['us-gov-west-1', 'https://email.us-gov-west-1.amazonaws.com/v2/email/account'],
    ['cn-north-1', 'https://email.cn-north-1.amazonaws.com.cn/v2/email/account'],
  ])('reaches %s at %s', async (region, url) => {
    const asked: HttpRequest[] = [];
    const exchange = (request: HttpRequest) => {
      asked.push(request);
      return Promise.resolve({ status: 200, headers: {}, text: '{}', json: () => ({}) });
    };
    await awsSesEmail.verify(
      contextOver({
        credentials: Object.assign(new AwsSesEmailCredentials(), { accessKeyId: 'AKIA', secretAccessKey: 'secret' }),
        settings: Object.assign(new AwsSesEmailSettings(), { region, from: 'hello@acme.example' }),
        exchange,
      }),
    );
    expect(asked.map((request) => request.url)).toEqual([url]);
  });

  describe('verify', () => {
    it('reads the account once', async () => {
      await bench.verify();
      expect(bench.sandbox.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v2/email/account']);
    });

    it('reports that sending is paused', async () => {
      bench.sandbox.next(answer(200, { SendingEnabled: false, ProductionAccessEnabled: true }), 'account');
      expect(await bench.verify()).toMatchObject({ kind: 'credentials', message: expect.stringContaining('paused') });
    });

    it('accepts an account in the SES sandbox, and logs its restriction', async () => {
      bench.sandbox.next(answer(200, { SendingEnabled: true, ProductionAccessEnabled: false }), 'account');
      expect(await bench.verify()).toEqual({ kind: 'accepted' });
      expect(bench.log.join('\n')).toContain('only verified addresses');
    });

    it('reports that a key lacks the permission', async () => {
      bench.sandbox.next(answer(403, { message: 'no' }, { 'x-amzn-errortype': 'AccessDeniedException' }), 'account');
      expect(await bench.verify()).toMatchObject({
        kind: 'credentials',
        message: expect.stringContaining('ses:GetAccount'),
      });
    });
  });

  it.each([
    ['a line break in the subject', { subject: 'Hello\r\nBcc: everyone@example.com' }],
    ['a line break in the address', { to: 'customer@example.com\r\nBcc: everyone@example.com' }],
    ['two addresses', { to: 'customer@example.com, other@example.com' }],
    ['a name before the address', { to: 'Customer <customer@example.com>' }],
    ['no content', { text: null, html: null }],
    ['no subject', { subject: null }],
    ['a template and content', { templateId: 'points' }],
    ['data without a template', { data: {} }],
  ])('refuses a message with %s', (_name, message) => {
    expect(bench.gateway.checkMessage('aws-ses-email', { ...sandbox.message, ...message })).not.toEqual([]);
  });

  it.each([
    ['a region that changes the host of the URL', { region: 'eu-west-1.evil.example/' }],
    ['a line break in the name', { fromName: 'Acme\nBcc: x@example.com' }],
    ['an invalid topic', { topicArn: 'arn:aws:sqs:eu-west-1:123456789012:queue' }],
  ])('refuses settings with %s', (_name, settings) => {
    expect(bench.gateway.checkSettings('aws-ses-email', { ...bench.sandbox.settings, ...settings })).not.toEqual([]);
  });

  describe('with aws-ses-v2-local, an independent implementation of SES', () => {
    let local: Awaited<ReturnType<typeof sesLocal.default>>;
    let baseUrl: string;

    beforeAll(async () => {
      local = await sesLocal.default({ host: '127.0.0.1', port: 0 });
      baseUrl = `http://127.0.0.1:${String((local.address() as AddressInfo).port)}`;
    });
    afterAll(async () => {
      local.closeAllConnections();
      await new Promise((resolve) => local.close(resolve));
    });

    const call = async (path: string, body?: JsonObject): Promise<unknown> => {
      const response = await fetch(`${baseUrl}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: 'AWS4-HMAC-SHA256 invented', 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return text === '' ? null : (JSON.parse(text) as unknown);
    };
    const newest = async () => ((await call('/store')) as { emails: Record<string, unknown>[] }).emails.at(-1);

    it('an e-mail arrives unchanged', async () => {
      const message = { subject: 'Ünal 🎉', text: 'a&b "ü"\n🎉', html: '<p title="ü">🎉</p>' };
      const outcome = await bench.deliver({ settings: { baseUrl }, message });
      expect(outcome).toMatchObject({ kind: 'accepted' });
      expect(await newest()).toMatchObject({
        messageId: outcome.kind === 'accepted' ? outcome.externalId : 'none',
        from: '"Acme" <hello@acme.example>',
        destination: { to: ['customer@example.com'] },
        subject: message.subject,
        body: { text: message.text, html: message.html },
      });
    });

    it('a template is rendered with the data', async () => {
      const TemplateContent = { Subject: 'You earned {{points}}', Text: 'Hello {{name}}' };
      await call('/v2/email/templates', { TemplateName: 'earned', TemplateContent });
      const message = {
        subject: null,
        text: null,
        html: null,
        templateId: 'earned',
        data: { points: 100, name: 'Asha' },
      };
      expect(await bench.deliver({ settings: { baseUrl }, message })).toMatchObject({ kind: 'accepted' });
      expect(await newest()).toMatchObject({ subject: 'You earned 100', body: { text: 'Hello Asha' } });
    });

    it('a missing template is refused', async () => {
      const message = { subject: null, text: null, html: null, templateId: 'nowhere' };
      expect(await bench.deliver({ settings: { baseUrl }, message })).toMatchObject({ kind: 'rejected' });
    });
  });
});
