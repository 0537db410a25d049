import { randomBytes } from 'node:crypto';
import {
  isJsonObject,
  type Address,
  type Json,
  type JsonObject,
  type RecipientUpdate,
  type VendorStatus,
} from '@patchbay/plugin-sdk';
import {
  answer,
  defineSandbox,
  fileRoute,
  requestSchema,
  throttle,
  type CallbackSample,
  type SandboxAnswer,
  type SandboxFrame,
  type SandboxRequest,
} from '@patchbay/testing';
import { MAIL_SEND } from './mail-send.schema.js';

/*
 * Netcore's Email API (formerly Pepipost), from its pages "Send Mail", "Email API", "Webhook Management" and "Events".
 * Netcore publishes no list of error texts. Bodies have the two formats on its pages, and only statuses count.
 */

const API_KEY = 'invented0000000000000000000001ab';
const SENDING_DOMAIN = '@acme.example';

function refuse(status: number, description: string, field?: string): SandboxAnswer {
  const error = [{ message: 'Error', description, ...(field !== undefined && { field }) }];
  return { status, body: { status: 'error', error } };
}

function refusal(status: number, description: string, field?: string) {
  return answer(status, refuse(status, description, field).body);
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function isAddress(value: Json | undefined): boolean {
  return typeof value === 'string' && /^[^\s@<>,]+@[^\s@<>,]+\.[^\s@<>,]+$/.test(value);
}

const documented = requestSchema(MAIL_SEND);

/** Returns the error of "Send Mail" for an invalid e-mail; undefined if the e-mail is valid. */
function problemOf(mail: JsonObject): SandboxAnswer | undefined {
  const from = object(mail.from).email;
  if (!isAddress(from)) return refuse(400, 'A valid from address is required.', 'from.email');
  if (!text(from).endsWith(SENDING_DOMAIN)) return refuse(400, 'The sending domain is not active.', 'from.email');
  const people = list(mail.personalizations).map(object);
  if (people.length === 0) return refuse(400, 'personalizations is required.', 'personalizations');
  for (const [index, { to }] of people.entries()) {
    if (list(to).length === 0 || !list(to).every((one) => isAddress(object(one).email))) {
      return refuse(400, 'A valid recipient is required.', `personalizations[${String(index)}].to`);
    }
  }
  if (mail.template_id !== undefined) return undefined;
  if (text(mail.subject) === '') return refuse(400, 'subject is required.', 'subject');
  return list(mail.content).length === 0 ? refuse(400, 'content is required.', 'content') : undefined;
}

function send(request: SandboxRequest, key: string | undefined, frame: SandboxFrame): SandboxAnswer {
  if (key !== API_KEY)
    return { status: 401, body: { status: 'error', error: 'Unauthorized: the API key is not valid.' } };
  const mail = request.jsonObject();
  if (mail === undefined) return refuse(400, 'The body is not valid JSON.');
  const wrong = problemOf(mail);
  if (wrong) return wrong;
  for (const misfit of documented(mail)) frame.violation(`Send Mail: ${misfit}`);

  const externalId = randomBytes(16).toString('hex');
  const person = object(list(mail.personalizations)[0]);
  const content = list(mail.content).map(object);
  const { subject } = mail;
  frame.receive(
    {
      to: text(object(list(person.to)[0]).email),
      text: text(content[0]?.value) || JSON.stringify([mail.template_id, person.attributes ?? null]),
      ...(typeof subject === 'string' && { subject }),
      externalId,
      status: 'OK',
    },
    request,
  );
  return { status: 202, body: { data: { message_id: externalId }, message: 'OK', status: 'success' } };
}

export default defineSandbox({
  type: 'netcore-email',
  label: 'Netcore Email',
  credentials: { apiKey: API_KEY },
  wrongCredentials: { apiKey: 'invented-key-of-yesterday' },
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

        ...{ text: null, html: null, templateId: 1, data: { points: 100 } },
        ...{ cc: ['cc@example.com'], bcc: ['bcc@example.com'], from: 'points@acme.example', fromName: 'Points' },
        ...{
          replyTo: 'care@acme.example',
          unsubscribeUrl: 'https://acme.example/u/1',
          headers: { 'X-Campaign': 'points' },
        },
        ...{ sendAt: '2026-01-31T10:00:00Z', tags: ['points'] },
        vendor: { settings: { opentrack: false }, personalizations: [{ headers: { 'X-Campaign': 'points' } }] },
      }),
    },
  ],

  start(frame) {
    const byHeader = (request: SandboxRequest) => send(request, request.headers.api_key, frame);
    return [
      fileRoute,
      { name: 'send', method: 'POST', path: '/v5.1/mail/send', sends: true, handle: byHeader },
      { name: 'send', method: 'POST', path: '/v5/mail/send', sends: true, handle: byHeader },
      { name: 'other', method: '*', path: '*', handle: () => refuse(404, 'The operation does not exist.') },
    ];
  },

  errors: [
    {
      name: '400 a recipient that Netcore refuses',
      behaviour: refusal(400, 'A valid recipient is required.', 'personalizations[0].to'),
      expected: { kind: 'rejected', status: 400 },
    },
    {
      name: '400 with its error as one text',
      behaviour: answer(400, { status: 'error', error: 'Bad request' }),
      expected: { kind: 'rejected', status: 400 },
    },
    {
      name: '400 an inactive sending domain',
      settings: { from: 'hello@elsewhere.example' },
      expected: { kind: 'credentials', status: 400 },
    },
    {
      name: '401 an unknown key',
      credentials: { apiKey: 'invented-key-of-yesterday' },
      expected: { kind: 'credentials', status: 401 },
    },
    {
      name: '403 an account that may not send',
      behaviour: refusal(403, 'The account is suspended.'),
      expected: { kind: 'credentials', status: 403 },
    },
    {
      name: '404 a base URL of another service',
      behaviour: refusal(404, 'The operation does not exist.'),
      expected: { kind: 'credentials', status: 404 },
    },
    {
      name: '405 invalid input',
      behaviour: refusal(405, 'Invalid input'),
      expected: { kind: 'rejected', status: 405 },
    },
    {
      name: '202 with an error',
      behaviour: answer(202, { status: 'error', error: [{ description: 'Rejected' }] }),
      expected: { kind: 'rejected', status: 202 },
    },
    {
      name: '429 without Retry-After',
      behaviour: refusal(429, 'Too many requests'),
      expected: { kind: 'throttled', status: 429 },
    },
    {
      name: '429 with a Retry-After',
      behaviour: throttle(6),
      expected: { kind: 'throttled', status: 429, retryAfterMs: 6_000 },
    },
    {
      name: '500 a server error at Netcore',
      behaviour: refusal(500, 'Internal error'),
      expected: { kind: 'unconfirmed', status: 500 },
    },
    {
      name: '502 in HTML, from a proxy',
      behaviour: answer(502, '<html><body>Bad Gateway</body></html>'),
      expected: { kind: 'unconfirmed', status: 502 },
    },
  ],

  callbacks: {
    proof: 'none',
    call: (url, payload) => ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      // The transaction id is too long for a JavaScript number, so the id is inserted as text.
      body: JSON.stringify(payload.events).replaceAll('"TRANSID":0', '"TRANSID":15536250111702803'),
    }),
    samples: (deliveryId) => {
      const sample = (
        event: string,
        status: VendorStatus | undefined,
        more: JsonObject = {},
        detail?: string,
        change?: RecipientUpdate['change'],
      ): CallbackSample => {
        const update = { deliveryId, at: AT, ...(detail !== undefined && { detail }) };
        return {
          name: `${event}${detail === undefined ? '' : `, ${detail}`}`,
          payload: { events: [eventOf(event, deliveryId, more)] },
          updates: status === undefined ? [] : [{ ...update, status }],
          recipients: change === undefined ? [] : [{ address: CUSTOMER, change, at: AT, detail: event }],
        };
      };
      return [
        sample('sent', 'delivered', { RESPONSE: ' - 2.0.0 (success)' }),
        sample('send', 'delivered'),
        sample(
          'bounced',
          'bounced',
          { RESPONSE: '550 5.1.1 unknown', BOUNCE_TYPE: 'HARDBOUNCE' },
          '550 5.1.1 unknown',
          'hard_bounce',
        ),
        sample('bounce', 'undelivered', { BOUNCE_TYPE: 'SOFTBOUNCE', BOUNCE_REASON: 'full' }, 'full'),
        sample('dropped', 'failed', { RESPONSE: 'suppressed' }, 'suppressed'),
        sample('drop', 'failed', { RESPONSE: 'suppressed' }, 'suppressed'),
        sample('invalid', 'failed', { RESPONSE: 'no such domain' }, 'no such domain', 'invalid'),
        sample('opened', 'opened'),
        sample('open', 'opened'),
        sample('clicked', 'clicked', { URL: 'https://acme.example' }),
        sample('click', 'clicked', { URL: 'https://acme.example' }),
        sample('unsubscribed', undefined, {}, undefined, 'opt_out'),
        sample('unsub', undefined, {}, undefined, 'opt_out'),
        sample('spam', undefined, {}, undefined, 'complaint'),
        sample('abuse', undefined, {}, undefined, 'complaint'),
        sample('an event that Netcore may add later', undefined),
        {
          name: 'mail of another sender in this account',
          payload: { events: [eventOf('sent', 'UNIQUEID'), { EVENT: 'sent' }] },
          updates: [],
        },
        {
          name: 'several events out of order',
          payload: { events: [eventOf('opened', deliveryId), eventOf('sent', deliveryId)] },
          updates: [
            { deliveryId, at: AT, status: 'opened' },
            { deliveryId, at: AT, status: 'delivered' },
          ],
        },
      ];
    },
  },
});

const AT = '2026-01-31T10:00:00.000Z';
const CUSTOMER: Address = { kind: 'email', value: 'customer@example.com' };

/** Returns one entry of "Events". */
function eventOf(event: string, token: string, more: JsonObject = {}): JsonObject {
  return {
    TRANSID: 0,
    EVENT: event,
    EMAIL: 'customer@example.com',
    FROMADDRESS: 'hello@acme.example',
    TIMESTAMP: Date.parse(AT) / 1_000,
    MSIZE: 2_155,
    'X-APIHEADER': token,
    TAGS: '',
    ...more,
  };
}
