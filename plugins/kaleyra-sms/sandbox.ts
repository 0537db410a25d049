import { randomUUID } from 'node:crypto';
import type { VendorStatus, Json, JsonObject } from '@patchbay/plugin-sdk';
import {
  answer,
  defineSandbox,
  requestSchema,
  throttle,
  type CallbackSample,
  type SandboxAnswer,
  type SandboxRequest,
} from '@patchbay/testing';

/*
 * Kaleyra's SMS API v1, from developers.kaleyra.io: "Send the First SMS", "SMS Status API", "SMS Callback" and "SMS
 * Status and Status Trace Codes". Kaleyra documents neither the response to a sent message nor the fields of a
 * callback. Both are taken from programs of Kaleyra's customers. Kaleyra publishes no error codes either, so only the
 * HTTP status counts.
 */

const API_KEY = 'A0000000000000000000000000000001f';
const SID = 'HXIN0000000001IN';

const TYPES = ['MKT', 'TXN', 'OTP', 'DEFAULT'];
const text = { type: 'string' };

/** Body of "Send the First SMS", as JSON. */
const sendRequest = requestSchema({
  type: 'object',
  properties: {
    to: text,
    sender: text,
    type: { enum: TYPES },
    body: text,
    template_id: text,
    source: { const: 'API' },
    ref: text,
    ref1: text,
    ref2: text,
    campaign_name: text,
    callback_profile_id: text,
    callback: {
      type: 'object',
      properties: {
        url: text,
        method: { enum: ['GET', 'POST'] },
        header: { type: 'object', additionalProperties: text },
        retry: {
          type: 'object',
          properties: { count: text, interval: { type: 'array', items: text } },
          additionalProperties: false,
        },
      },
      required: ['url'],
      additionalProperties: false,
    },
  },
  required: ['to', 'sender', 'body'],
  additionalProperties: false,
});

/** Test numbers of the sandbox. Kaleyra itself has no test numbers. */
const LANDLINE = '+918000000400';
const ERROR_IN_202 = '+918000000202';

function refuse(status: number, error: string, message: string): SandboxAnswer {
  return { status, body: { error, message } };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textIn(body: JsonObject, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

/** Returns the error for a wrong key in the header or a wrong account in the path; undefined if both are right. */
function refusal(request: SandboxRequest): SandboxAnswer | undefined {
  if (request.headers['api-key'] !== API_KEY) return refuse(401, 'Unauthorized', 'Missing or invalid api-key header.');
  return request.params.sid === SID ? undefined : refuse(404, 'Not Found', 'There is no such account.');
}

function callbackOf(body: JsonObject | undefined): JsonObject | undefined {
  return isObject(body?.callback) ? body.callback : undefined;
}

export default defineSandbox({
  type: 'kaleyra-sms',
  label: 'Kaleyra',
  credentials: { apiKey: API_KEY, sid: SID },
  wrongCredentials: { apiKey: 'A0000000000000000000000000of-yesterday', sid: SID },
  storedSettings: [{ sender: 'KLRHXA', messageType: 'TXN', region: 'in' }],
  settings: (baseUrl) => ({ sender: 'KLRHXA', messageType: 'TXN', region: 'in', baseUrl }),
  message: { to: '+919000000001', body: 'You earned 100 points. Balance 120.' },
  samples: [
    {
      name: 'a registered template, and further fields',
      message: { templateId: '1107161', vendor: { ref1: 'points' } },
    },
  ],

  start(frame) {
    const send = (path: string) => ({
      name: 'send',
      method: 'POST',
      path,
      sends: true,
      handle(request: SandboxRequest): SandboxAnswer {
        const refused = refusal(request);
        if (refused) return refused;
        const body = request.jsonObject();
        if (!body) return refuse(400, 'Bad Request', 'The body is neither JSON nor a form.');
        for (const name of ['to', 'sender', 'body']) {
          if (!body[name]) return refuse(400, 'Bad Request', `The parameter ${name} is missing.`);
        }
        for (const misfit of sendRequest(body)) frame.violation(misfit);
        const to = textIn(body, 'to');
        const type = textIn(body, 'type') || 'DEFAULT';
        if (!TYPES.includes(type)) return refuse(400, 'Bad Request', 'The type is none of MKT, TXN, OTP, DEFAULT.');
        if (to === LANDLINE || !/^\+?[1-9]\d{6,14}$/.test(to)) {
          return refuse(400, 'Bad Request', 'The recipient is not valid.');
        }
        const common = {
          sender: textIn(body, 'sender'),
          type,
          source: textIn(body, 'source'),
          body: textIn(body, 'body'),
        };
        const recipient = to.replace('+', '');
        if (to === ERROR_IN_202) {
          return { status: 202, body: { ...common, data: [], error: { to: `${recipient} is blocked` } } };
        }
        const id = randomUUID();
        const messageId = `${id}:1`;
        frame.receive({ to: `+${recipient}`, text: common.body, externalId: messageId, status: 'SUBMITTED' }, request);
        const callback = callbackOf(body);
        if (typeof callback?.url === 'string') {
          for (const [index, status] of ['Sent', 'Delivered'].entries()) {
            frame.callBack(
              callback.url,
              { ...callbackBody(messageId, status), ref: body.ref ?? '' },
              400 * (index + 1),
              {},
            );
          }
        }
        return {
          status: 202,
          body: {
            ...common,
            id,
            createdDateTime: new Date(request.at).toISOString(),
            totalCount: 1,
            data: [{ message_id: messageId, recipient }],
            error: {},
          },
        };
      },
    });
    const status = (path: string) => ({
      name: 'status',
      method: 'GET',
      path,
      handle(request: SandboxRequest): SandboxAnswer {
        const refused = refusal(request);
        if (refused) return refused;
        if (!request.query.get('message_ids')) return refuse(400, 'Bad Request', 'message_ids is missing.');
        return { status: 200, body: { data: [], error: {} } };
      },
    });
    return [
      send('/v1/:sid/messages'),
      send('/v1/:sid/sms'),
      status('/v1/:sid/messages/status'),
      status('/v1/:sid/sms/status'),
      {
        name: 'other',
        method: '*',
        path: '*',
        handle: () => refuse(404, 'Not Found', 'The operation does not exist.'),
      },
    ];
  },

  errors: [
    {
      name: '400 an invalid recipient',
      message: { to: LANDLINE },
      expected: { kind: 'rejected', status: 400 },
    },
    {
      name: '400 with its error in a nested body',
      behaviour: answer(400, { error: { body: 'The template is not mapped to the sender.' } }),
      expected: { kind: 'rejected', status: 400 },
    },
    {
      name: '202 with an error and without a message',
      message: { to: ERROR_IN_202 },
      expected: { kind: 'rejected', status: 202 },
    },
    {
      name: '202 without a message',
      behaviour: answer(202, { data: [], error: {} }),
      expected: { kind: 'unconfirmed', status: 202 },
    },
    {
      name: '200 in HTML, from a proxy',
      behaviour: answer(200, '<html><body>Welcome</body></html>'),
      expected: { kind: 'unconfirmed', status: 200 },
    },
    {
      name: '401 an unknown key',
      credentials: { apiKey: 'of-yesterday' },
      expected: { kind: 'credentials', status: 401 },
    },
    {
      name: '403 an account that may not send',
      behaviour: answer(403, { error: 'Forbidden', message: 'KYC-NOT-APPROVED' }),
      expected: { kind: 'credentials', status: 403 },
    },
    {
      name: '404 an unknown account',
      credentials: { sid: 'HXIN0000000002IN' },
      expected: { kind: 'credentials', status: 404 },
    },
    {
      name: '429 above the rate limit of the account',
      behaviour: answer(429, { error: 'Too Many Requests' }),
      expected: { kind: 'throttled', status: 429 },
    },
    {
      name: '429 with a Retry-After',
      behaviour: throttle(6),
      expected: { kind: 'throttled', status: 429, retryAfterMs: 6_000 },
    },
    {
      name: '500 a server error at Kaleyra',
      behaviour: answer(500, { error: 'Internal Server Error' }),
      expected: { kind: 'unconfirmed', status: 500 },
    },
    { name: '502 from a proxy', behaviour: answer(502, ''), expected: { kind: 'unconfirmed', status: 502 } },
  ],

  callbacks: {
    proof: 'url',
    call: (url, body) => ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
    urlOf: (request) => {
      const url = callbackOf(request.jsonObject())?.url;
      return typeof url === 'string' ? url : undefined;
    },
    samples: (deliveryId) => [
      sample(deliveryId, 'Sent', 'sent'),
      sample(deliveryId, 'SUBMITTED', 'sent'),
      sample(deliveryId, 'ENROUTE', 'sent'),
      sample(deliveryId, 'SENT - NO DLR', 'sent'),
      sample(deliveryId, 'Delivered', 'delivered'),
      sample(deliveryId, 'DELIVRD', 'delivered'),
      sample(deliveryId, 'Undelivered', 'undelivered', 'MOB-OFF'),
      sample(deliveryId, 'EXPIRED', 'undelivered', 'EXPIRED'),
      sample(deliveryId, 'Failed', 'failed', 'CON-DND'),
      sample(deliveryId, 'NOT-SENT', 'failed', 'NO-CREDITS'),
      { name: 'a status that Kaleyra may add later', payload: callbackBody('m-1:1', 'PONDERING'), updates: [] },
    ],
  },
});

function callbackBody(messageId: string, status: string, trace?: string): JsonObject {
  return {
    message_id: messageId,
    mobile: '919000000001',
    status,
    ...(trace !== undefined && { status_details: trace }),
  };
}

function sample(deliveryId: string, vendorStatus: string, status: VendorStatus, trace?: string): CallbackSample {
  const detail = trace === undefined ? vendorStatus : `${vendorStatus}: ${trace}`;
  return {
    name: detail,
    payload: callbackBody('m-1:1', vendorStatus, trace),
    updates: [{ deliveryId, externalId: 'm-1:1', status, detail }],
  };
}
