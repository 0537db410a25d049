import { createHash, createHmac, randomBytes } from 'node:crypto';
import {
  isJsonObject,
  parseJson,
  type JsonObject,
  type RecipientUpdate,
  type VendorStatus,
} from '@patchbay/plugin-sdk';
import { answer, defineSandbox, type CallbackSample, type SandboxAnswer, type SandboxRequest } from '@patchbay/testing';

/*
 * Twilio's Programmable Messaging, from the pages "Messages resource", "Test credentials" (the magic numbers) and
 * "Error and warning dictionary". Callbacks follow "Track outbound message status" and "Webhooks security".
 */

const ACCOUNT = 'AC00000000000000000000000000000001';
const AUTH_TOKEN = 'sandbox-auth-token-0000000000001';
const API_KEY = 'SK00000000000000000000000000000001';
const API_SECRET = 'sandbox-api-key-secret-000000001';

/** HTTP status and text of each error code, from "Error and warning dictionary". */
const ERRORS: Readonly<Record<number, readonly [status: number, message: string]>> = {
  20003: [401, 'Authenticate'],
  20404: [404, 'The requested resource was not found'],
  20429: [429, 'Too Many Requests'],
  20500: [500, 'Internal Server Error'],
  21211: [400, "Invalid 'To' Phone Number"],
  21212: [400, "Invalid 'From' Phone Number"],
  21408: [400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"],
  21602: [400, 'Message body is required.'],
  21603: [400, "A 'From' phone number is required."],
  21604: [400, "A 'To' phone number is required."],
  21606: [400, "The 'From' phone number is not a valid, SMS-capable Twilio phone number."],
  21608: [400, 'The number is unverified. Trial accounts cannot send messages to unverified numbers.'],
  21610: [400, 'Attempt to send to unsubscribed recipient'],
  21611: [400, "This 'From' number has exceeded the maximum number of queued messages"],
  21612: [400, "Message cannot be sent with the current combination of 'To' and/or 'From' parameters"],
  21614: [400, "'To' number is not a valid mobile number"],
  21617: [400, 'The concatenated message body exceeds the 1600 character limit'],
  21659: [400, "'From' is not a Twilio phone number or Short Code country mismatch"],
  21660: [400, "Mismatch between the 'From' number and the account"],
  21661: [400, "'From' number is not SMS-capable"],
  21656: [400, 'The ContentVariables Parameter is invalid'],
};

/** Phone numbers from Twilio's page "Test credentials" that trigger an error, as `To` and as `From`. */
const MAGIC_TO: Readonly<Record<string, number>> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};
const MAGIC_FROM: Readonly<Record<string, number>> = {
  '+15005550001': 21212,
  '+15005550007': 21606,
  '+15005550008': 21611,
};

/** Every parameter of "Create a Message". */
const PARAMETERS = new Set(
  (
    'To From MessagingServiceSid Body ContentSid ContentVariables MediaUrl StatusCallback ApplicationSid ' +
    'ProvideFeedback Attempt ValidityPeriod ForceDelivery ContentRetention AddressRetention SmartEncoded ' +
    'PersistentAction TrafficType ShortenUrls ScheduleType SendAt SendAsMms RiskCheck'
  ).split(' '),
);

/** Returns the first error of "Create a Message" for these parameters; undefined if the parameters are valid. */
function refusal(form: URLSearchParams): number | undefined {
  const to = form.get('To');
  const from = form.get('From');
  const body = form.get('Body');
  if (!to) return 21604;
  if (!from && !form.get('MessagingServiceSid')) return 21603;
  if (from !== null && MAGIC_FROM[from] !== undefined) return MAGIC_FROM[from];
  if (!body && !form.get('ContentSid') && !form.get('MediaUrl')) return 21602;
  if (body !== null && body.length > 1_600) return 21617;
  if (form.has('ContentVariables') && !isJsonObject(parseJson(form.get('ContentVariables') ?? ''))) return 21656;
  return MAGIC_TO[to] ?? (/^\+[1-9]\d{6,14}$/.test(to) ? undefined : 21211);
}

function error(code: number): SandboxAnswer {
  const [status, message] = ERRORS[code] ?? [400, 'Bad request'];
  const body = { code, message, more_info: `https://www.twilio.com/docs/errors/${String(code)}`, status };
  return { status, body };
}

/**
 * Returns true if the request has the account's auth token or one of its API keys. The path contains the account in
 * both cases.
 */
function mayUse(request: SandboxRequest): boolean {
  const basic = request.basic();
  return (
    (basic?.username === ACCOUNT && basic.password === AUTH_TOKEN) ||
    (basic?.username === API_KEY && basic.password === API_SECRET)
  );
}

/**
 * Signs a call as "Webhooks security" describes: base64 of an HMAC-SHA1 over the full URL and the sorted form. If the
 * body is JSON, the URL contains a hash of the body.
 */
function sign(authToken: string, url: string, form: Readonly<Record<string, string>>): string {
  const text =
    url +
    Object.keys(form)
      .sort()
      .map((name) => name + (form[name] ?? ''))
      .join('');
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

export default defineSandbox({
  type: 'twilio-sms',
  label: 'Twilio',
  credentials: { accountSid: ACCOUNT, authToken: AUTH_TOKEN },
  wrongCredentials: { accountSid: ACCOUNT, authToken: 'sandbox-auth-token-of-yesterday-1' },
  storedSettings: [{ from: '+15005550006' }],
  settings: (baseUrl) => ({ from: '+15005550006', baseUrl }),
  message: { to: '+919000000001', body: 'You earned 100 points. Balance 120.' },
  samples: [
    {
      name: 'a template',
      message: { body: null, contentSid: `HX${'0'.repeat(31)}1`, contentVariables: { 1: 'Asha' } },
    },
    { name: 'further parameters', message: { vendor: { SmartEncoded: true } } },
    {
      name: 'a picture, at a later time',
      settings: () => ({ from: null, messagingServiceSid: `MG${'0'.repeat(31)}1` }),
      message: {
        ...{ mediaUrls: ['https://acme.example/1.png', 'https://acme.example/2.png'], sendAt: '2026-01-31T10:00:00Z' },
        ...{ validityPeriod: 3_600, shortenUrls: true },
      },
    },
  ],

  start(frame) {
    return [
      {
        name: 'account',
        method: 'GET',
        path: '/2010-04-01/Accounts/:sid.json',
        handle(request) {
          if (!mayUse(request)) return error(20003);
          if (request.params.sid !== ACCOUNT) return error(20404);
          return { status: 200, body: { sid: ACCOUNT, friendly_name: 'Sandbox', status: 'active', type: 'Full' } };
        },
      },
      {
        name: 'send',
        method: 'POST',
        path: '/2010-04-01/Accounts/:sid/Messages.json',
        sends: true,
        handle(request) {
          if (!mayUse(request)) return error(20003);
          if (request.params.sid !== ACCOUNT) return error(20404);
          if (!/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '')) {
            frame.violation('Messages takes application/x-www-form-urlencoded.');
          }
          const form = request.form();
          for (const name of new Set(form.keys())) {
            if (!PARAMETERS.has(name)) frame.violation(`Messages has no parameter ${name}.`);
            if (form.getAll(name).length > 1 && name !== 'MediaUrl') frame.violation(`${name} was sent twice.`);
          }
          const isScheduled = form.has('SendAt');
          if (isScheduled !== form.has('ScheduleType') || (isScheduled && !form.has('MessagingServiceSid'))) {
            frame.violation('A scheduled message needs SendAt, ScheduleType and MessagingServiceSid.');
          }
          if (form.has('Body') && form.has('ContentSid')) frame.violation('Body and ContentSid were both sent.');
          const code = refusal(form);
          if (code !== undefined) return error(code);

          const to = form.get('To') ?? '';
          const from = form.get('From');
          const sid = `SM${randomBytes(16).toString('hex')}`;
          const status = from === null ? 'accepted' : 'queued';
          const text = form.get('Body') ?? `${form.get('ContentSid') ?? ''} ${form.get('ContentVariables') ?? ''}`;
          frame.receive({ to, text: text.trim(), externalId: sid, status }, request);
          const callback = form.get('StatusCallback');
          for (const [index, messageStatus] of (callback === null ? [] : ['sent', 'delivered']).entries()) {
            const fields = {
              MessageSid: sid,
              MessageStatus: messageStatus,
              AccountSid: ACCOUNT,
              To: to,
              From: from ?? '',
            };
            frame.callBack(callback ?? '', fields, 400 * (index + 1), { accountSid: ACCOUNT, authToken: AUTH_TOKEN });
          }
          return {
            status: 201,
            body: {
              sid,
              account_sid: ACCOUNT,
              messaging_service_sid: form.get('MessagingServiceSid'),
              to,
              from,
              body: text,
              status,
              direction: 'outbound-api',
              api_version: '2010-04-01',
              num_segments: String(Math.max(1, Math.ceil(text.length / 153))),
              num_media: '0',
              date_created: new Date(request.at).toUTCString(),
              date_sent: null,
              error_code: null,
              error_message: null,
              price: null,
              price_unit: 'USD',
              uri: `/2010-04-01/Accounts/${ACCOUNT}/Messages/${sid}.json`,
            },
          };
        },
      },
      { name: 'other', method: '*', path: '*', handle: (request) => error(mayUse(request) ? 20404 : 20003) },
    ];
  },

  errors: [
    ...Object.entries(MAGIC_TO).map(([to, code]) => ({
      name: `${String(code)} ${ERRORS[code]?.[1] ?? ''}`,
      message: { to },
      expected: {
        kind: 'rejected' as const,
        status: 400,
        vendorCode: String(code),
        ...(code === 21610 ? { suppress: 'opt_out' as const } : {}),
      },
    })),
    {
      name: '21608 unverified number on a trial account',
      behaviour: { kind: 'answer', ...error(21608) },
      expected: { kind: 'rejected', status: 400, vendorCode: '21608' },
    },
    {
      name: "21212 invalid 'From'",
      settings: { from: '+15005550001' },
      expected: { kind: 'credentials', status: 400, vendorCode: '21212' },
    },
    {
      name: "21606 'From' cannot send SMS",
      settings: { from: '+15005550007' },
      expected: { kind: 'rejected', status: 400, vendorCode: '21606', suspectsDestination: true },
    },
    ...[21659, 21660, 21661].map((code) => ({
      name: `${String(code)} ${ERRORS[code]?.[1] ?? ''}`,
      behaviour: { kind: 'answer' as const, ...error(code) },
      expected: { kind: 'rejected' as const, status: 400, vendorCode: String(code), suspectsDestination: true },
    })),
    {
      name: "21611 the queue of 'From' is full: wait minutes",
      settings: { from: '+15005550008' },
      expected: { kind: 'throttled', status: 400, vendorCode: '21611', retryAfterMs: 300_000 },
    },
    {
      name: '20003 wrong token',
      credentials: { authToken: 'sandbox-auth-token-of-yesterday-1' },
      expected: { kind: 'credentials', status: 401, vendorCode: '20003' },
    },
    {
      name: '20404 an unknown account',
      credentials: { accountSid: 'AC00000000000000000000000000000002', apiKeySid: API_KEY, apiKeySecret: API_SECRET },
      expected: { kind: 'credentials', status: 404, vendorCode: '20404' },
    },
    {
      name: '20429 too many concurrent requests, without Retry-After',
      behaviour: { kind: 'answer', ...error(20429) },
      expected: { kind: 'throttled', status: 429, vendorCode: '20429' },
    },
    {
      name: '500 in HTML',
      behaviour: answer(500, '<html><body>Internal Server Error</body></html>'),
      expected: { kind: 'unconfirmed', status: 500 },
    },
    {
      name: '20500 an internal error, after which Twilio may have sent the message',
      behaviour: { kind: 'answer', ...error(20500) },
      expected: { kind: 'unconfirmed', status: 500, vendorCode: '20500' },
    },
    {
      name: '503 from a proxy',
      behaviour: answer(503, '', { 'retry-after': '3' }),
      expected: { kind: 'transient', status: 503 },
    },
  ],

  callbacks: {
    proof: 'signature',
    call(url, payload, credentials) {
      const token = typeof credentials.authToken === 'string' ? credentials.authToken : '';
      const fields = Object.fromEntries(
        Object.entries(payload).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      );
      return {
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
          'user-agent': 'TwilioProxy/1.1',
          'i-twilio-idempotency-token': createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 32),
          'x-twilio-signature': sign(token, url, fields),
        },
        body: new URLSearchParams(fields).toString(),
      };
    },
    urlOf: (request) => request.form().get('StatusCallback') ?? undefined,
    samples: (deliveryId) => [
      sample(deliveryId, 'delivered', 'delivered'),
      sample(deliveryId, 'sent', 'sent'),
      sample(deliveryId, 'queued', 'accepted'),
      sample(deliveryId, 'accepted', 'accepted'),
      sample(deliveryId, 'read', 'opened'),
      sample(deliveryId, 'undelivered', 'undelivered', ['30003', 'Unreachable destination handset']),
      sample(deliveryId, 'failed', 'failed', ['30007', 'Message filtered']),
      optedOut(sample(deliveryId, 'failed', 'failed', ['21610', 'Attempt to send to unsubscribed recipient'])),
      sample(deliveryId, 'canceled', 'failed'),
      { name: 'a status that Twilio may add later', payload: callbackFieldsOf('pondering'), updates: [] },
      answerSample({ Body: ' stop ' }, 'opt_out', 'STOP'),
      answerSample({ Body: 'Arrêt', OptOutType: 'STOP' }, 'opt_out', 'STOP'),
      answerSample({ Body: 'START', OptOutType: 'START' }, 'opt_in', 'START'),
      answerSample({ Body: 'unstop' }, 'opt_in', 'UNSTOP'),
      answerSample({ Body: 'HELP', OptOutType: 'HELP' }),
      answerSample({ Body: 'Please stop calling' }),
    ],
  },
});

const SID = 'SM0000000000000000000000000000000f';

function callbackFieldsOf(MessageStatus: string): JsonObject {
  return { MessageSid: SID, MessageStatus, AccountSid: ACCOUNT, To: '+919000000001', From: '+15005550006' };
}

/** Returns the callback about a message to a customer who opted out. */
function optedOut({ payload, updates }: CallbackSample): CallbackSample {
  return {
    name: 'opted out',
    payload,
    updates: updates.map((update) => ({ ...update, suppress: 'opt_out' })),
    recipients: [{ address: { kind: 'phone', value: '+919000000001' }, change: 'opt_out', detail: '21610' }],
  };
}

/** Returns a documented callback with its status update. */
function sample(
  deliveryId: string,
  vendorStatus: string,
  status: VendorStatus,
  reason?: readonly [code: string, message: string],
): CallbackSample {
  return {
    name: vendorStatus,
    payload: { ...callbackFieldsOf(vendorStatus), ...(reason && { ErrorCode: reason[0], ErrorMessage: reason[1] }) },
    updates: [{ deliveryId, externalId: SID, status, ...(reason && { detail: reason.join(' ') }) }],
  };
}

/** Returns a message from a customer as Twilio sends it, with the change of the address; none if it changes nothing. */
function answerSample(fields: JsonObject, change?: RecipientUpdate['change'], detail?: string): CallbackSample {
  const payload = { MessageSid: SID, SmsStatus: 'received', AccountSid: ACCOUNT, From: '+919000000001', ...fields };
  const address = { kind: 'phone', value: '+919000000001' } as const;
  const recipients = change === undefined ? [] : [{ address, change, detail }];
  return { name: `a message from the customer: ${JSON.stringify(fields)}`, payload, updates: [], recipients };
}
