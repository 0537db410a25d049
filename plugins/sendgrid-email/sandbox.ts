import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { Address, Json, JsonObject, RecipientUpdate, VendorStatus } from '@patchbay/plugin-sdk';
import {
  answer,
  defineSandbox,
  fileRoute,
  requestSchema,
  type CallbackCall,
  type CallbackSample,
  type SandboxAnswer,
  type SandboxFrame,
  type SandboxRequest,
} from '@patchbay/testing';
import { MAIL_SEND } from './mail-send.schema.js';

/*
 * SendGrid's v3 Web API, from the pages "Mail Send", "Errors", "Sandbox Mode" and "Rate Limits". Its webhook follows
 * "Event Webhook Reference" and "Getting Started with the Event Webhook Security Features".
 */

const API_KEY = 'SG.sandbox.invented-key-000000000001';
const VERIFIED_DOMAIN = '@acme.example';
const CUSTOM_ARGS_LIMIT = 10_000;
const REFUSED: SandboxAnswer = problem(401, null, 'The provided authorization grant is invalid, expired, or revoked');
const UNVERIFIED = 'The from address does not match a verified Sender Identity.';

const SIGNING_KEY = signingKey('sandbox');
const OTHER_SIGNING_KEY = signingKey('somebody else');

/**
 * Derives a P-256 key from a name. Every process gets the same key, so a demo and its hub share the key without a key
 * file.
 */
function signingKey(name: string): KeyObject {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(createHash('sha256').update(`patchbay sendgrid ${name}`).digest());
  const point = ecdh.getPublicKey();
  const part = (from: number, to: number): string => point.subarray(from, to).toString('base64url');
  const d = ecdh.getPrivateKey().toString('base64url');
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x: part(1, 33), y: part(33, 65), d }, format: 'jwk' });
}

/**
 * Returns the key as SendGrid's settings page of the Event Webhook shows it: the DER form in base64, without PEM lines.
 */
function verificationKey(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
}

/** Returns an error in SendGrid's format. */
function problem(status: number, field: string | null, message: string): SandboxAnswer {
  return { status, body: { errors: [{ message, field, help: null }] } };
}

const documented = requestSchema(MAIL_SEND);

/**
 * Returns the field and text of every error in a message, of the errors that SendGrid's documentation lists on its page
 * "Errors".
 */
function problemsOf(mail: JsonObject): { field: string; message: string }[] {
  const found: { field: string; message: string }[] = [];
  const refuse = (field: string, message: string): void => void found.push({ field, message });
  const people = list(mail.personalizations);
  if (people.length === 0) refuse('personalizations', 'You must have at least one personalization.');
  for (const [index, person] of people.entries()) {
    const to = list(object(person).to);
    if (to.length === 0) refuse(`personalizations.${String(index)}.to`, 'The to array is required.');
    const { cc, bcc } = object(person);
    const everybody = [...to, ...list(cc), ...list(bcc)].map((one) => textOf(object(one).email).toLowerCase());
    if (new Set(everybody).size < everybody.length) {
      const unique = 'Each email address in the personalization block should be unique between to, cc, and bcc.';
      refuse(`personalizations.${String(index)}`, unique);
    }
    for (const [at, one] of to.entries()) {
      if (isAddress(object(one).email)) continue;
      refuse(`personalizations.${String(index)}.to.${String(at)}.email`, 'Does not contain a valid address.');
    }
  }
  if (!isAddress(object(mail.from).email)) refuse('from.email', 'The from email does not contain a valid address.');
  if (mail.reply_to !== undefined && !isAddress(object(mail.reply_to).email)) {
    refuse('reply_to.email', 'The reply_to email does not contain a valid address.');
  }
  const { template_id: template } = mail;
  if (template !== undefined && !(typeof template === 'string' && /^d-[0-9a-f]{32}$/.test(template))) {
    refuse('template_id', `The template_id must be a valid GUID, you provided '${JSON.stringify(template)}'.`);
  }
  if (template === undefined) {
    if (!mail.subject) refuse('subject', 'The subject is required.');
    const contents = list(mail.content).map(object);
    if (contents.length === 0) refuse('content', 'Unless a valid template_id is provided, content is required.');
    const types = contents.map(({ type }) => type);
    if (types.includes('text/plain') && types[0] !== 'text/plain') {
      refuse('content', 'If present, text/plain must be first, followed by text/html.');
    }
    for (const [index, { value }] of contents.entries()) {
      if (typeof value === 'string' && value !== '') continue;
      refuse(`content.${String(index)}.value`, 'The content value must be a string at least one character in length.');
    }
  }
  if (list(mail.categories).length > 10) refuse('categories', 'There is a limit of 10 categories per request.');
  const args = people.map((person) => object(person).custom_args ?? null).concat(mail.custom_args ?? null);
  if (Buffer.byteLength(JSON.stringify(args)) > CUSTOM_ARGS_LIMIT) {
    refuse('custom_args', 'The custom_args may not exceed 10000 bytes.');
  }
  const asm = object(mail.asm);
  if (mail.asm !== undefined && !Number.isInteger(asm.group_id)) refuse('asm.group_id', 'It must be an integer.');
  const enable = sandboxMode(mail);
  if (enable !== undefined && typeof enable !== 'boolean') {
    refuse('mail_settings.sandbox_mode.enable', 'The sandbox mode enable param should be a boolean value.');
  }
  return found;
}

function sandboxMode(mail: JsonObject): Json | undefined {
  return object(object(mail.mail_settings).sandbox_mode).enable;
}

function isAddress(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(value);
}

function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function send(request: SandboxRequest, frame: SandboxFrame): SandboxAnswer {
  if (request.bearer() !== API_KEY) return REFUSED;
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return problem(415, null, 'Content-Type should be application/json.');
  }
  const mail = request.jsonObject();
  if (mail === undefined) return problem(400, null, 'Bad Request');
  const wrong = problemsOf(mail);
  if (wrong.length > 0) return { status: 400, body: { errors: wrong.map((one) => ({ ...one, help: null })) } };
  for (const text of documented(mail)) frame.violation(`Mail Send: ${text}`);
  if (sandboxMode(mail) === true) return { status: 200 };
  if (!textOf(object(mail.from).email).endsWith(VERIFIED_DOMAIN)) return problem(403, 'from', UNVERIFIED);

  const externalId = randomBytes(16).toString('base64url');
  const person = object(list(mail.personalizations)[0]);
  const content = object(list(mail.content)[0]).value;
  const { subject } = mail;
  frame.receive(
    {
      to: textOf(object(list(person.to)[0]).email),
      text: typeof content === 'string' ? content : JSON.stringify([mail.template_id, person.dynamic_template_data]),
      ...(typeof subject === 'string' && { subject }),
      externalId,
      status: 'processed',
    },
    request,
  );
  return { status: 202, headers: { 'x-message-id': externalId } };
}

/** Signs the timestamp and the unchanged body; the body ends in CRLF, as SendGrid's does. */
function post(url: string, payload: JsonObject, credentials: JsonObject, at: number): CallbackCall {
  const known = [SIGNING_KEY, OTHER_SIGNING_KEY];
  const key = known.find((one) => verificationKey(one) === credentials.webhookPublicKey) ?? OTHER_SIGNING_KEY;
  const timestamp = String(Math.floor(at / 1_000));
  const body = `${JSON.stringify(payload.events)}\r\n`;
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'SendGrid Event API',
      'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(timestamp + body), key).toString('base64'),
      'x-twilio-email-event-webhook-timestamp': timestamp,
    },
    body,
  };
}

export default defineSandbox({
  type: 'sendgrid-email',
  label: 'SendGrid',
  credentials: { apiKey: API_KEY, webhookPublicKey: verificationKey(SIGNING_KEY) },
  wrongCredentials: {
    apiKey: 'SG.sandbox.invented-key-of-yesterday',
    webhookPublicKey: verificationKey(OTHER_SIGNING_KEY),
  },
  storedSettings: [{ from: 'hello@acme.example', fromName: 'Acme', region: 'eu' }],
  settings: (baseUrl) => ({ from: 'hello@acme.example', fromName: 'Acme', baseUrl }),
  message: {
    to: 'customer@example.com',
    subject: 'You earned 100 points',
    text: 'Your balance is 120.',
    html: '<p>Your balance is <b>120</b>.</p>',
  },
  samples: [
    {
      name: 'a template with every option',
      message: (baseUrl) => ({
        attachments: [{ url: `${baseUrl}/files/receipt.pdf`, name: 'receipt.pdf', type: 'application/pdf' }],

        ...{ subject: null, text: null, html: null, templateId: `d-${'0'.repeat(31)}1`, data: { points: 100 } },
        ...{ cc: ['cc@example.com'], bcc: ['bcc@example.com'], from: 'points@acme.example', fromName: 'Points' },
        ...{
          replyTo: 'care@acme.example',
          unsubscribeUrl: 'https://acme.example/u/1',
          headers: { 'X-Campaign': 'points' },
        },
        ...{ sendAt: '2026-01-31T10:00:00Z', categories: ['points'], unsubscribeGroupId: 7 },
        vendor: { ip_pool_name: 'loyalty', personalizations: [{ headers: { 'X-Campaign': 'points' } }] },
      }),
    },
  ],

  start: (frame) => [
    fileRoute,
    { name: 'send', method: 'POST', path: '/v3/mail/send', sends: true, handle: (request) => send(request, frame) },
    { name: 'method', method: '*', path: '/v3/mail/send', handle: () => problem(405, null, 'method not allowed') },
    { name: 'other', method: '*', path: '*', handle: () => problem(404, null, 'not found') },
  ],

  errors: [
    {
      name: '400 an address that SendGrid refuses',
      behaviour: refusal(400, 'personalizations.0.to.0.email', 'Does not contain a valid address.'),
      expected: { kind: 'rejected', status: 400 },
    },
    {
      name: '400 an invalid template',
      behaviour: refusal(400, 'template_id', 'The template_id must be a valid GUID.'),
      expected: { kind: 'rejected', status: 400 },
    },
    {
      name: '400 without a field',
      behaviour: refusal(400, null, 'Bad Request'),
      expected: { kind: 'rejected', status: 400 },
    },
    {
      name: '400 an invalid sender',
      behaviour: refusal(400, 'from.email', 'The from email does not contain a valid address.'),
      expected: { kind: 'credentials', status: 400 },
    },
    {
      name: '400 an unknown unsubscribe group',
      behaviour: refusal(400, 'asm.group_id', 'The group_id must be a valid unsubscribe group.'),
      expected: { kind: 'credentials', status: 400 },
    },
    {
      name: '401 wrong key',
      credentials: { apiKey: 'SG.sandbox.invented-key-of-yesterday' },
      expected: { kind: 'credentials', status: 401 },
    },
    {
      name: '401 out of credits',
      behaviour: refusal(401, null, 'Maximum credits exceeded'),
      expected: { kind: 'credentials', status: 401 },
    },
    {
      name: '403 the sender is not verified',
      settings: { from: 'hello@elsewhere.example' },
      expected: { kind: 'credentials', status: 403 },
    },
    {
      name: '403 the key may not send, or is blocked temporarily',
      behaviour: refusal(403, null, 'access forbidden'),
      expected: { kind: 'credentials', status: 403 },
    },
    {
      name: '404 another address',
      behaviour: refusal(404, null, 'not found'),
      expected: { kind: 'rejected', status: 404 },
    },
    {
      name: '405 another method',
      behaviour: refusal(405, null, 'method not allowed'),
      expected: { kind: 'rejected', status: 405 },
    },
    {
      name: '413 in HTML',
      behaviour: answer(413, '<html><head><title>413 Request Entity Too Large</title></head></html>'),
      expected: { kind: 'rejected', status: 413 },
    },
    {
      name: '415 another content type',
      behaviour: refusal(415, null, 'Content-Type should be application/json.'),
      expected: { kind: 'rejected', status: 415 },
    },
    {
      name: '429 with a reset in the past: no wait',
      behaviour: refusal(429, null, 'too many requests', {
        'x-ratelimit-limit': '600',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '1392815263',
      }),
      expected: { kind: 'throttled', status: 429, retryAfterMs: 0 },
    },
    {
      name: '429 without a reset or Retry-After',
      behaviour: refusal(429, null, 'too many requests'),
      expected: { kind: 'throttled', status: 429 },
    },
    {
      name: '500 internal server error',
      behaviour: refusal(500, null, 'internal server error'),
      expected: { kind: 'unconfirmed', status: 500 },
    },
    { name: '503 from a proxy', behaviour: answer(503, ''), expected: { kind: 'transient', status: 503 } },
  ],

  callbacks: {
    proof: 'signature',
    call: (url, payload, credentials) => post(url, payload, credentials, Date.now()),
    samples: (deliveryId) => {
      const sample = (
        event: string,
        status: VendorStatus | undefined,
        more: JsonObject = {},
        detail?: string,
        change?: RecipientUpdate['change'],
      ): CallbackSample => ({
        name: Object.keys(more).length > 0 ? `${event} ${JSON.stringify(more)}` : event,
        payload: { events: [webhookEvent(event, deliveryId, more)] },
        updates:
          status === undefined
            ? []
            : [
                {
                  ...update(deliveryId, status, detail),
                  ...(event === 'dropped' && change !== undefined && change !== 'opt_in' ? { suppress: change } : {}),
                },
              ],
        ...(change === undefined ? {} : { recipients: [{ address: CUSTOMER, change, at: OCCURRED, detail: event }] }),
      });
      return [
        sample('delivered', 'delivered', { response: '250 OK' }),
        sample('processed', 'accepted'),
        sample('deferred', 'accepted', { response: '400 try again later', attempt: '5' }, '400 try again later'),
        sample(
          'bounce',
          'bounced',
          { type: 'bounce', reason: '550 5.1.1 unknown', status: '5.1.1' },
          '550 5.1.1 unknown',
          'hard_bounce',
        ),
        sample('bounce', 'bounced', { type: 'bounce', reason: '452 4.2.2 full', status: '4.2.2' }, '452 4.2.2 full'),
        sample('bounce', 'undelivered', { type: 'blocked', reason: '421 4.7.0 try later' }, '421 4.7.0 try later'),
        sample('dropped', 'failed', { reason: 'Bounced Address' }, 'Bounced Address', 'hard_bounce'),
        sample('dropped', 'failed', { reason: 'Unsubscribed Address' }, 'Unsubscribed Address', 'opt_out'),
        sample('dropped', 'failed', { reason: 'Spam Reporting Address' }, 'Spam Reporting Address', 'complaint'),
        sample('dropped', 'failed', { reason: 'Invalid' }, 'Invalid', 'invalid'),
        sample(
          'dropped',
          'failed',
          { reason: 'Spam Content (if Spam Checker app enabled)' },
          'Spam Content (if Spam Checker app enabled)',
        ),
        sample('open', 'opened', { useragent: 'Mozilla/5.0', ip: '203.0.113.7', sg_machine_open: false }),
        sample('click', 'clicked', { url: 'https://acme.example/points' }),
        sample('spamreport', undefined, {}, undefined, 'complaint'),
        sample('unsubscribe', undefined, {}, undefined, 'opt_out'),
        sample('group_unsubscribe', undefined, { asm_group_id: 10 }, undefined, 'opt_out'),
        sample('group_resubscribe', undefined, { asm_group_id: 10 }, undefined, 'opt_in'),
        sample('account_status_change', undefined, { type: 'compliance_suspend' }),
        {
          name: 'a bounce hours later, without a message id',
          payload: {
            events: [{ ...without(webhookEvent('bounce', deliveryId, { type: 'bounce' }), 'sg_message_id') }],
          },
          updates: [without(update(deliveryId, 'bounced'), 'externalId')],
          recipients: [{ address: CUSTOMER, change: 'hard_bounce', at: OCCURRED, detail: 'bounce' }],
        },
        {
          name: 'mail of another sender in this account',
          payload: { events: [without(webhookEvent('delivered', deliveryId), 'patchbay_delivery_id')] },
          updates: [],
        },
        {
          name: 'a group of another sender in this account',
          payload: { events: [without(webhookEvent('group_unsubscribe', deliveryId), 'patchbay_delivery_id')] },
          updates: [],
        },
        {
          name: 'a batch out of order, with a repeated event',
          payload: {
            events: [
              webhookEvent('open', deliveryId, { sg_event_id: 'c' }),
              webhookEvent('delivered', deliveryId, { sg_event_id: 'b' }),
              webhookEvent('open', deliveryId, { sg_event_id: 'c' }),
              webhookEvent('processed', deliveryId, { sg_event_id: 'a' }),
            ],
          },
          updates: [update(deliveryId, 'opened'), update(deliveryId, 'delivered'), update(deliveryId, 'accepted')],
        },
      ];
    },
  },
});

function refusal(status: number, field: string | null, message: string, headers?: Readonly<Record<string, string>>) {
  return answer(status, problem(status, field, message).body, headers);
}

const OCCURRED = '2026-01-31T10:00:00.000Z';
const MESSAGE_ID = '14c5d75ce93dfd64b469aa';
const CUSTOMER: Address = { kind: 'email', value: 'customer@example.com' };

/** Returns one event in the format of SendGrid's "Event Webhook Reference". Custom arguments are fields beside SendGrid's own. */
function webhookEvent(event: string, deliveryId: string, more: JsonObject = {}): JsonObject {
  return {
    email: 'customer@example.com',
    timestamp: Date.parse(OCCURRED) / 1_000,
    'smtp-id': `<${MESSAGE_ID}@geopod-ismtpd-1>`,
    event,
    sg_event_id: Buffer.from(`${event}-${deliveryId}`).toString('base64url').slice(0, 22),
    sg_message_id: `${MESSAGE_ID}.recvd-5c9b8d7f4-abcde-1-65BA1C20-1.0`,
    patchbay_delivery_id: deliveryId,
    ...more,
  };
}

function update(deliveryId: string, status: VendorStatus, detail?: string) {
  return { deliveryId, externalId: MESSAGE_ID, status, at: OCCURRED, ...(detail !== undefined && { detail }) };
}

function without<T extends object, K extends keyof T>(value: T, name: K): Omit<T, K> {
  const { [name]: _left, ...rest } = value;
  return rest;
}
