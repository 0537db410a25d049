import { randomUUID } from 'node:crypto';
import type { VendorStatus, Json, JsonObject } from '@patchbay/plugin-sdk';
import {
  answer,
  defineSandbox,
  requestSchema,
  throttle,
  type Behaviour,
  type CallbackSample,
  type DocumentedError,
  type SandboxAnswer,
  type SandboxRequest,
} from '@patchbay/testing';

/*
 * Infobip's SMS API v3, from its API reference: "Send SMS message", "Preview SMS message", "Receive outbound SMS
 * message reports". Opt-outs follow "Receive blocklist event" of the Blocklist API.
 * Repeated message ids follow "Idempotent message sending". Errors follow "Response status and error codes", scopes follow "API authorization".
 */

const KEY = '00000000000000000000000000000001-00000000-0000-4000-8000-000000000001';
const SEND_ONLY_KEY = '00000000000000000000000000000001-00000000-0000-4000-8000-000000000002';
const NOT_IDEMPOTENT_KEY = '00000000000000000000000000000001-00000000-0000-4000-8000-000000000004';
const REPORTS_ONLY_KEY = '00000000000000000000000000000001-00000000-0000-4000-8000-000000000003';

/** Scopes of each API key. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  [KEY]: ['sms:manage'],
  [SEND_ONLY_KEY]: ['sms:message:send'],
  [NOT_IDEMPOTENT_KEY]: ['sms:message:send'],
  [REPORTS_ONLY_KEY]: ['sms:logs:read'],
};

/** Group and name of each message status, by the id of the status. */
const STATUSES: Readonly<Record<number, readonly [groupId: number, groupName: string, name: string]>> = {
  2: [3, 'DELIVERED', 'DELIVERED_TO_OPERATOR'],
  3: [1, 'PENDING', 'PENDING_WAITING_DELIVERY'],
  4: [2, 'UNDELIVERABLE', 'UNDELIVERABLE_REJECTED_OPERATOR'],
  5: [3, 'DELIVERED', 'DELIVERED_TO_HANDSET'],
  6: [5, 'REJECTED', 'REJECTED_NETWORK'],
  7: [1, 'PENDING', 'PENDING_ENROUTE'],
  8: [5, 'REJECTED', 'REJECTED_PREFIX_MISSING'],
  9: [2, 'UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED'],
  10: [5, 'REJECTED', 'REJECTED_DND'],
  11: [5, 'REJECTED', 'REJECTED_SOURCE'],
  12: [5, 'REJECTED', 'REJECTED_NOT_ENOUGH_CREDITS'],
  13: [5, 'REJECTED', 'REJECTED_SENDER'],
  14: [5, 'REJECTED', 'REJECTED_DESTINATION_BLOCKLISTED'],
  15: [4, 'EXPIRED', 'EXPIRED_EXPIRED'],
  17: [5, 'REJECTED', 'REJECTED_PREPAID_PACKAGE_EXPIRED'],
  18: [5, 'REJECTED', 'REJECTED_DESTINATION_NOT_REGISTERED'],
  19: [5, 'REJECTED', 'REJECTED_ROUTE_NOT_AVAILABLE'],
  20: [5, 'REJECTED', 'REJECTED_FLOODING_FILTER'],
  21: [5, 'REJECTED', 'REJECTED_SYSTEM_ERROR'],
  23: [5, 'REJECTED', 'REJECTED_DUPLICATE_MESSAGE_ID'],
  24: [5, 'REJECTED', 'REJECTED_INVALID_UDH'],
  25: [5, 'REJECTED', 'REJECTED_MESSAGE_TOO_LONG'],
  26: [1, 'PENDING', 'PENDING_ACCEPTED'],
  29: [4, 'EXPIRED', 'EXPIRED_DLR_UNKNOWN'],
  51: [5, 'REJECTED', 'MISSING_TO'],
  52: [5, 'REJECTED', 'REJECTED_DESTINATION'],
  87: [5, 'REJECTED', 'SIGNALS_BLOCKED'],
  100: [5, 'REJECTED', 'UNDELIVERABLE_REJECTED_PLATFORM'],
};

const text = { type: 'string' };
const whole = { type: 'integer' };
const flag = { type: 'boolean' };

/** Returns a schema for an object that has only these properties. */
function only(properties: JsonObject, ...required: string[]): JsonObject {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** Format "yyyy-MM-dd'T'HH:mm:ss.SSSZ" of the API reference. */
const TIMESTAMP = { ...text, pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:?\\d\\d$' };
const PERIOD = only({ amount: whole, timeUnit: text }, 'amount');
const TIME = only({ hour: whole, minute: whole }, 'hour', 'minute');
const MESSAGE = only(
  {
    sender: text,
    destinations: {
      type: 'array',
      minItems: 1,
      items: only({ to: { ...text, maxLength: 64 }, messageId: { ...text, maxLength: 200 }, networkId: whole }, 'to'),
    },
    content: only(
      {
        text,
        transliteration: text,
        language: only({ languageCode: text, singleShift: flag, lockingShift: flag }),
      },
      'text',
    ),
    options: only({
      platform: only({ entityId: text, applicationId: text }),
      validityPeriod: PERIOD,
      deliveryTimeWindow: only({ days: { type: 'array', items: text }, from: TIME, to: TIME }, 'days'),
      campaignReferenceId: { ...text, maxLength: 255 },
      regional: only({
        indiaDlt: only({ contentTemplateId: text, principalEntityId: text, telemarketerId: text }, 'principalEntityId'),
        turkeyIys: only({ brandCode: whole, recipientType: text }, 'recipientType'),
        southKorea: only({ title: text, resellerCode: whole }),
      }),
      flash: flag,
    }),
    webhooks: only({
      delivery: only({ url: text, intermediateReport: flag, notify: flag }),
      contentType: { enum: ['application/json', 'application/xml'] },
      callbackData: { ...text, maxLength: 4_000 },
    }),
  },
  'content',
  'destinations',
);

/** Body of "Send SMS message" (v3), limited to texts. */
const sendRequest = requestSchema(
  only(
    {
      messages: { type: 'array', items: MESSAGE },
      options: only({
        schedule: only({ bulkId: { ...text, maxLength: 100 }, sendAt: TIMESTAMP, sendingSpeedLimit: PERIOD }),
        tracking: only({
          shortenUrl: flag,
          trackClicks: flag,
          trackingUrl: text,
          removeProtocol: flag,
          customDomain: text,
        }),
        includeSmsCountInResponse: flag,
        conversionTracking: only({ useConversionTracking: flag, conversionTrackingName: text }),
      }),
    },
    'messages',
  ),
);

/** Body of "Preview SMS message". */
const previewRequest = requestSchema(only({ text, languageCode: text, transliteration: text }, 'text'));

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((found, part) => {
    if (typeof part === 'number') return Array.isArray(found) ? found[part] : undefined;
    return isObject(found) ? found[part] : undefined;
  }, value);
}

function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

function statusObject(id: number): JsonObject {
  const [groupId, groupName, name] = STATUSES[id] ?? [5, 'REJECTED', 'REJECTED'];
  return { groupId, groupName, id, name, description: `${groupName}: see "Response status and error codes"` };
}

function sentMessage(messageId: string, id: number, destination: string): SandboxAnswer {
  return {
    status: 200,
    body: {
      bulkId: '2034072219640523072',
      messages: [{ messageId, status: statusObject(id), destination, details: { messageCount: 1 } }],
    },
  };
}

/** Returns an error in the format of Infobip's v3. */
function apiError(status: number, violations: readonly (readonly [property: string, violation: string])[] = []) {
  const words: Readonly<Record<number, readonly [description: string, action: string]>> = {
    400: ['Request cannot be processed.', 'Check the syntax, violations and adjust the request.'],
    401: [
      'The request lacks valid authentication credentials for the requested resource.',
      'Check the resources and adjust authentication credentials.',
    ],
    403: [
      'Insufficient permissions to access the requested resource.',
      'Repeat the request with new or different credentials.',
    ],
    404: ['Requested resource is not found.', 'Check the request path.'],
    429: ['Too many requests sent.', 'Check request rate limit specified in the API endpoint documentation resource.'],
    500: ['Internal server error.', 'Contact support.'],
  };
  const [description, action] = words[status] ?? ['Error.', 'Contact support.'];
  const body = {
    errorCode: `E${String(status)}`,
    description,
    action,
    violations: violations.map(([property, violation]) => ({ property, violation })),
    resources: [],
  };
  return { status, body } satisfies SandboxAnswer;
}

/**
 * Returns the error for the key in the header, from "API authorization": `App <key>`, with at least one scope of the
 * operation. Undefined if the key may call the operation.
 */
function refusal(request: SandboxRequest, ...wanted: readonly string[]): SandboxAnswer | undefined {
  const key = /^App (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const scopes = SCOPES[key ?? ''];
  if (!scopes) return apiError(401);
  return wanted.some((scope) => scopes.includes(scope)) ? undefined : apiError(403);
}

/**
 * Returns a test number of the sandbox: +4179000 and the status id in four digits. Infobip itself has no test numbers.
 */
function magicNumber(id: number): string {
  return `+4179000${String(id).padStart(4, '0')}`;
}

function statusFor(to: string, words: string): number {
  if (to === '') return 51;
  if (!/^[1-9]\d{6,14}$/.test(to)) return 52;
  if (Buffer.byteLength(words) > 4_000) return 25;
  const magic = Number(/^4179000(\d{4})$/.exec(to)?.[1] ?? Number.NaN);
  const group = STATUSES[magic]?.[1] ?? 'PENDING';
  return group === 'PENDING' || group === 'DELIVERED' ? 26 : magic;
}

const MINUTE_MS = 60_000;

/** Expected errors for messages that a 200 response refuses, from "Response status and error codes". */
const REFUSALS: Readonly<Record<number, DocumentedError['expected']>> = {
  4: { kind: 'rejected' },
  6: { kind: 'rejected' },
  8: { kind: 'rejected' },
  9: { kind: 'rejected' },
  10: { kind: 'rejected' },
  11: { kind: 'credentials' },
  12: { kind: 'credentials' },
  13: { kind: 'credentials' },
  14: { kind: 'rejected', suppress: 'opt_out' },
  15: { kind: 'rejected' },
  17: { kind: 'credentials' },
  18: { kind: 'rejected' },
  19: { kind: 'credentials' },
  20: { kind: 'throttled', retryAfterMs: 60 * MINUTE_MS, recipientOnly: true },
  21: { kind: 'transient' },
  24: { kind: 'rejected' },
  25: { kind: 'rejected' },
  52: { kind: 'rejected' },
  87: { kind: 'rejected' },
  100: { kind: 'transient' },
};

export default defineSandbox({
  type: 'infobip-sms',
  label: 'Infobip',
  credentials: { apiKey: KEY },
  wrongCredentials: { apiKey: '00000000000000000000000000000001-00000000-0000-4000-8000-00000000dead' },
  storedSettings: [{ baseUrl: 'https://xxxxx.api.infobip.com', sender: 'Acme' }],
  settings: (baseUrl) => ({ baseUrl, sender: 'Acme', idempotent: true }),
  message: { to: '+919000000001', body: 'You earned 100 points. Balance 120.' },
  samples: [
    {
      name: 'a registered template for India, with every option',
      settings: () => ({ principalEntityId: '1201159000000000001' }),
      message: {
        templateId: '1107161000000000001',
        sendAt: '2026-01-31T10:00:00Z',
        validityMinutes: 60,
        regional: { turkeyIys: { brandCode: 1, recipientType: 'BIREYSEL' } },
        vendor: {
          messages: [{ content: { transliteration: 'TURKISH' }, options: { flash: true } }],
          options: { includeSmsCountInResponse: true },
        },
      },
    },
  ],

  start(frame) {
    const known = new Set<string>();

    return [
      {
        name: 'preview',
        method: 'POST',
        path: '/sms/1/preview',
        handle(request) {
          const refused = refusal(request, 'sms:manage');
          if (refused) return refused;
          const body = request.json();
          const words = textAt(body, 'text');
          if (words === '') return apiError(400, [['text', 'must not be blank']]);
          for (const misfit of previewRequest(body)) frame.violation(misfit);
          const preview = { textPreview: words, messageCount: 1, charactersRemaining: 160 - words.length };
          return { status: 200, body: { originalText: words, previews: [{ ...preview, configuration: {} }] } };
        },
      },
      {
        name: 'send',
        method: 'POST',
        path: '/sms/3/messages',
        sends: true,
        handle(request) {
          const refused = refusal(request, 'message:send', 'sms:message:send', 'sms:manage');
          if (refused) return refused;
          const body = request.json();
          const message = at(body, 'messages', 0);
          if (!isObject(message)) return apiError(400, [['messages', 'must not be empty']]);
          const destination = at(message, 'destinations', 0);
          if (!isObject(destination)) return apiError(400, [['messages[0].destinations', 'must not be empty']]);
          const words = textAt(message, 'content', 'text');
          if (words === '') return apiError(400, [['messages[0].content', 'must not be null']]);
          const regional = at(message, 'options', 'regional', 'indiaDlt');
          if (regional !== undefined && textAt(regional, 'principalEntityId') === '') {
            return apiError(400, [['messages[0].options.regional.indiaDlt.principalEntityId', 'must not be blank']]);
          }
          for (const misfit of sendRequest(body)) frame.violation(misfit);

          const messageId = textAt(destination, 'messageId') || randomUUID();
          if (messageId.length > 200) return apiError(400, [['messages[0].destinations[0].messageId', 'size']]);
          const callbackData = textAt(message, 'webhooks', 'callbackData');
          if (callbackData.length > 4_000) return apiError(400, [['messages[0].webhooks.callbackData', 'size']]);
          const to = textAt(destination, 'to').replace(/^\+/, '');
          const isIdempotent = !(request.headers.authorization ?? '').endsWith(NOT_IDEMPOTENT_KEY);
          if (isIdempotent && known.has(messageId)) return sentMessage(messageId, 23, to);
          const id = statusFor(to, words);
          if (id !== 26) return sentMessage(messageId, id, to);
          known.add(messageId);
          frame.receive({ to: `+${to}`, text: words, externalId: messageId, status: 'PENDING_ACCEPTED' }, request);
          const url = textAt(message, 'webhooks', 'delivery', 'url');
          if (url !== '') {
            const extra = callbackData === '' ? {} : { callbackData };
            frame.callBack(url, { results: [report(messageId, 5, extra)] }, 600, { apiKey: KEY });
          }
          return sentMessage(messageId, 26, to);
        },
      },
      {
        name: 'other',
        method: '*',
        path: '*',
        handle: (request) => refusal(request, 'sms:manage') ?? apiError(404),
      },
    ];
  },

  errors: [
    ...Object.entries(REFUSALS).map(([id, expected]) => ({
      name: `${id} ${STATUSES[Number(id)]?.[2] ?? ''}, inside a 200`,
      message: { to: magicNumber(Number(id)) },
      expected: { ...expected, status: 200, vendorCode: id },
    })),
    {
      name: '87 SIGNALS_BLOCKED in the group EXPIRED',
      behaviour: inside200({ groupId: 4, groupName: 'EXPIRED', id: 87, name: 'SIGNALS_BLOCKED', description: '' }),
      expected: { kind: 'rejected', status: 200, vendorCode: '87' },
    },
    {
      name: 'a refusal that Infobip may add later',
      behaviour: inside200({ groupId: 5, groupName: 'REJECTED', id: 777, name: 'REJECTED_NEW', description: '' }),
      expected: { kind: 'rejected', status: 200, vendorCode: '777' },
    },
    {
      name: 'a 200 without the status of the message',
      behaviour: answer(200, { bulkId: '2034072219640523072', messages: [] }),
      expected: { kind: 'unconfirmed', status: 200 },
    },
    {
      name: 'E400 an invalid request',
      behaviour: { kind: 'answer', ...apiError(400, [['messages[0].sender', 'size must be between 0 and 16']]) },
      expected: { kind: 'rejected', status: 400, vendorCode: 'E400' },
    },
    {
      name: 'E401 an unknown key',
      credentials: { apiKey: 'of-yesterday' },
      expected: { kind: 'credentials', status: 401, vendorCode: 'E401' },
    },
    {
      name: 'E403 a key that may not send',
      credentials: { apiKey: REPORTS_ONLY_KEY },
      expected: { kind: 'credentials', status: 403, vendorCode: 'E403' },
    },
    {
      name: 'E404 a base URL of another service',
      behaviour: { kind: 'answer', ...apiError(404) },
      expected: { kind: 'credentials', status: 404, vendorCode: 'E404' },
    },
    {
      name: 'E429 too many requests, without Retry-After',
      behaviour: { kind: 'answer', ...apiError(429) },
      expected: { kind: 'throttled', status: 429, vendorCode: 'E429' },
    },
    {
      name: 'E429 with a Retry-After',
      behaviour: throttle(4, apiError(429).body),
      expected: { kind: 'throttled', status: 429, vendorCode: 'E429', retryAfterMs: 4_000 },
    },
    {
      name: 'E500 a server error at Infobip',
      behaviour: { kind: 'answer', ...apiError(500) },
      expected: { kind: 'transient', status: 500, vendorCode: 'E500' },
    },
    {
      name: '503 in HTML, from a proxy',
      behaviour: answer(503, '<html><body>Service Unavailable</body></html>'),
      expected: { kind: 'transient', status: 503 },
    },
  ],

  callbacks: {
    proof: 'url',
    call: (url, payload) => ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json;charset=UTF-8', 'user-agent': 'Infobip' },
      body: JSON.stringify(payload),
    }),
    urlOf: (request) => textAt(request.json(), 'messages', 0, 'webhooks', 'delivery', 'url') || undefined,
    samples: (deliveryId) => [
      sample(deliveryId, 5, 'delivered'),
      sample(deliveryId, 2, 'sent'),
      sample(deliveryId, 3, 'sent'),
      sample(deliveryId, 7, 'sent'),
      sample(deliveryId, 26, 'accepted'),
      sample(deliveryId, 9, 'undelivered', [1, 'EC_UNKNOWN_SUBSCRIBER', true]),
      sample(deliveryId, 9, 'undelivered', [27, 'EC_ABSENT_SUBSCRIBER', false]),
      sample(deliveryId, 4, 'undelivered'),
      sample(deliveryId, 15, 'undelivered'),
      sample(deliveryId, 29, 'sent'),
      sample(deliveryId, 6, 'failed'),
      sample(deliveryId, BLOCKLISTED, 'failed'),
      {
        name: 'the report of a repeated message, which says nothing about the first message',
        payload: { results: [report('m-1', 23, { callbackData: deliveryId })] },
        updates: [],
      },
      {
        name: 'a group that Infobip may add later',
        payload: { results: [{ ...report('m-1', 5), status: { groupId: 9, id: 900, name: 'PONDERING' } }] },
        updates: [],
      },
      {
        name: 'many reports in one call, one without the delivery id',
        payload: { results: [report('m-1', 5, { callbackData: deliveryId }), report('m-2', 6)] },
        updates: [
          { deliveryId, externalId: 'm-1', status: 'delivered', at: DONE_AT, detail: 'DELIVERED_TO_HANDSET' },
          { externalId: 'm-2', status: 'failed', at: DONE_AT, detail: 'REJECTED_NETWORK' },
        ],
      },
      {
        name: 'blocklist events of a number and of other channels',
        payload: {
          results: [
            blocklistEvent('BLOCK', { channel: 'SMS', sourceType: 'MO' }),
            blocklistEvent('UNBLOCK', { sourceType: 'URL_OPT_OUT' }),
            blocklistEvent('BLOCK', { channel: 'WHATSAPP', sourceType: 'MO' }),
            blocklistEvent('BLOCK', { channel: 'EMAIL', sourceType: 'MO', destination: 'customer@example.com' }),
            blocklistEvent('PONDER', { channel: 'SMS', sourceType: 'MO' }),
          ],
        },
        updates: [],
        recipients: [
          { address: { kind: 'phone', value: '+919000000001' }, change: 'opt_out', at: DONE_AT, detail: 'MO' },
          { address: { kind: 'phone', value: '+919000000001' }, change: 'opt_in', at: DONE_AT, detail: 'URL_OPT_OUT' },
        ],
      },
    ],
  },

  idempotencyKey: (request) => textAt(request.json(), 'messages', 0, 'destinations', 0, 'messageId') || undefined,
});

/** API keys for the plugin's specs. */
export const KEYS = {
  sendOnly: SEND_ONLY_KEY,
  reportsOnly: REPORTS_ONLY_KEY,
  /** Key of an account for which Infobip has not enabled idempotency. */
  notIdempotent: NOT_IDEMPOTENT_KEY,
} as const;

/** Id of the status "Destination on a blocklist". */
const BLOCKLISTED = 14;
const DONE_AT = '2026-01-31T09:00:00.000Z';

function inside200(status: JsonObject): Behaviour {
  return answer(200, { messages: [{ messageId: 'm-1', status, destination: '41790000000' }] });
}

/** Returns one event of "Receive blocklist event". */
export function blocklistEvent(event: string, content: JsonObject): JsonObject {
  return {
    event,
    receivedAt: '2026-01-31T09:00:00.000Z',
    messageId: 'b9e1a0a4-0000-4000-8000-000000000001',
    content: { sender: 'Acme', destination: '919000000001', ...content },
  };
}

/** Returns one delivery report of "Receive outbound SMS message reports". */
function report(messageId: string, id: number, extra: JsonObject = {}): JsonObject {
  return {
    bulkId: '2034072219640523072',
    messageId,
    to: '919000000001',
    sender: 'Acme',
    sentAt: '2026-01-31T09:59:59.000+0100',
    doneAt: '2026-01-31T10:00:00.000+0100',
    messageCount: 1,
    price: { pricePerMessage: 0.01, currency: 'EUR' },
    status: statusObject(id),
    error: { groupId: 0, groupName: 'OK', id: 0, name: 'NO_ERROR', description: 'No Error', permanent: false },
    ...extra,
  };
}

function sample(
  deliveryId: string,
  id: number,
  status: VendorStatus,
  error?: readonly [id: number, name: string, permanent: boolean],
): CallbackSample {
  const name = STATUSES[id]?.[2] ?? '';
  const reason = error && {
    error: { groupId: 1, groupName: 'HANDSET_ERRORS', id: error[0], name: error[1], permanent: error[2] },
  };
  const detail = error ? `${name}: ${error[1]} (${error[2] ? 'permanent' : 'temporary'})` : name;
  return {
    name: detail,
    payload: { results: [report('m-1', id, { callbackData: deliveryId, ...reason })] },
    updates: [
      {
        deliveryId,
        externalId: 'm-1',
        status,
        at: DONE_AT,
        detail,
        ...(id === BLOCKLISTED && { suppress: 'opt_out' }),
      },
    ],
    ...(id === BLOCKLISTED && {
      recipients: [
        { address: { kind: 'phone', value: '+919000000001' }, change: 'opt_out', at: DONE_AT, detail: name },
      ],
    }),
  };
}
