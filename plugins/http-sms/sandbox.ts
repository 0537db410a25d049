import type { JsonObject } from '@patchbay/plugin-sdk';
import {
  answer,
  defineSandbox,
  requestSchema,
  type CallbackSample,
  type SandboxAnswer,
  type SandboxFrame,
  type SandboxRequest,
} from '@patchbay/testing';

/*
 * An invented but typical in-house SMS gateway, written like its handbook. One JSON operation always answers 200 and
 * reports the outcome in the body. Three older operations take a query, a form or XML and answer in plain text. The
 * gateway also returns a balance, and sends delivery receipts to the URL in each message.
 */

const KEY = 'sandbox-gateway-key-0000000001';
const USER = 'acme';
const PASSWORD = 'sandbox gateway & password 01';

/** The gateway's own error codes. */
const CODES: Readonly<Record<number, string>> = {
  101: 'MSISDN not valid',
  102: 'MSISDN opted out',
  201: 'no credit',
  202: 'sender not allowed',
  301: 'too many messages a second',
  901: 'operator link down',
};

/** Returns the error code in a test number (+88888 and the code); undefined for any other number. */
function codeFor(msisdn: string): number | undefined {
  const code = Number(/^88888(\d{3})$/.exec(msisdn)?.[1] ?? Number.NaN);
  if (CODES[code] !== undefined) return code;
  return /^[1-9]\d{6,14}$/.test(msisdn) ? undefined : 101;
}

function text(status: number, body: string): SandboxAnswer {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}

/**
 * Counter of messages that accepts a message once per idempotency key. A repeated key returns the id of the first
 * message.
 */
class MessageCounter {
  private readonly known = new Map<string, string>();

  constructor(private readonly frame: SandboxFrame) {}

  accept(request: SandboxRequest, msisdn: string, words: string): string {
    const key = request.headers['idempotency-key'] ?? '';
    const earlier = this.known.get(key);
    if (earlier !== undefined) return earlier;
    const id = String(70_001 + this.known.size);
    this.known.set(key, id);
    this.frame.receive({ to: `+${msisdn}`, text: words, externalId: id, status: 'ACCEPTED' }, request);
    return id;
  }
}

function stringIn(body: JsonObject | undefined, name: string): string {
  const value = body?.[name];
  return typeof value === 'string' ? value : '';
}

/** Returns the content of one XML element with decoded entities. */
function elementIn(xml: string, name: string): string {
  const content = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return content
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

/** Schema of a message of the JSON operation, from the gateway's handbook. */
const sendRequest = requestSchema({
  type: 'object',
  properties: {
    msisdn: { type: 'string' },
    text: { type: 'string' },
    from: { type: 'string' },
    template: { type: 'string' },
    receipts: { type: 'string' },
  },
  required: ['msisdn', 'text'],
  additionalProperties: false,
});

export default defineSandbox({
  type: 'http-sms',
  label: 'In-house SMS gateway',
  credentials: { headers: { 'x-api-key': KEY } },
  wrongCredentials: { headers: { 'x-api-key': 'sandbox-gateway-key-of-yesterday' } },
  storedSettings: [{ request: { url: 'https://sms.acme.example/send', json: { to: '{{ to }}', text: '{{ body }}' } } }],
  settings: (baseUrl) => ({
    request: {
      url: `${baseUrl}/v2/messages`,
      json: {
        msisdn: '{{ toDigits }}',
        text: '{{ body }}',
        from: 'ACME',
        template: '{{ extra.template }}',
        receipts: '{{ callbackUrl }}',
      },
    },
    success: { status: [200], path: 'body.result', values: ['OK'] },
    idPath: 'body.id',
    codePath: 'body.code',
    errors: {
      rejected: [{ path: 'body.code', values: ['101', '102'] }],
      credentials: [{ path: 'body.code', values: ['201', '202'] }],
      throttled: [{ path: 'body.code', values: ['301'] }],
      transient: [{ path: 'body.code', values: ['901'] }],
    },
    idempotent: true,
    verify: { url: `${baseUrl}/v2/balance` },
    callback: {
      path: 'body.state',
      idPath: 'body.id',
      detailPath: 'body.reason',
      statuses: {
        sent: ['SENT'],
        delivered: ['DELIVERED'],
        undelivered: ['UNDELIVERED', 'EXPIRED'],
        failed: ['FAILED'],
      },
    },
  }),
  message: { to: '+919000000001', body: 'You earned 100 points. Balance 120.' },
  samples: [{ name: 'with a further value', message: { extra: { template: '1107161' } } }],

  start(frame) {
    const counter = new MessageCounter(frame);
    const hasKey = (request: SandboxRequest) => request.headers['x-api-key'] === KEY;
    const hasLogin = (pairs: URLSearchParams) => pairs.get('user') === USER && pairs.get('password') === PASSWORD;
    /** Handles the older operations: reads form pairs and returns one line of text. */
    const pairsOut = (request: SandboxRequest, pairs: URLSearchParams): SandboxAnswer => {
      if (!hasLogin(pairs)) return text(200, 'ERR: 401');
      const msisdn = pairs.get('msisdn') ?? '';
      const code = codeFor(msisdn);
      return code === undefined
        ? text(200, `OK: ${counter.accept(request, msisdn, pairs.get('text') ?? '')}`)
        : text(200, `ERR: ${String(code)}`);
    };

    return [
      {
        name: 'send',
        method: 'POST',
        path: '/v2/messages',
        sends: true,
        handle(request) {
          if (!hasKey(request)) return { status: 401, body: { result: 'ERROR', reason: 'unknown key' } };
          const body = request.jsonObject();
          for (const misfit of sendRequest(body)) frame.violation(misfit);
          const msisdn = stringIn(body, 'msisdn');
          const code = codeFor(msisdn);
          if (code !== undefined) return { status: 200, body: { result: 'ERROR', code, reason: CODES[code] ?? '' } };
          const id = counter.accept(request, msisdn, stringIn(body, 'text'));
          const receipts = stringIn(body, 'receipts');
          for (const [index, state] of ['SENT', 'DELIVERED'].entries()) {
            if (receipts !== '') frame.callBack(receipts, { id, state }, 400 * (index + 1), {});
          }
          return { status: 200, body: { result: 'OK', id: Number(id) } };
        },
      },
      {
        name: 'balance',
        method: 'GET',
        path: '/v2/balance',
        handle: (request) =>
          hasKey(request) ? { status: 200, body: { credits: 1_000 } } : { status: 401, body: { result: 'ERROR' } },
      },
      {
        name: 'query',
        method: 'GET',
        path: '/v1/send',
        sends: true,
        handle: (request) => pairsOut(request, request.query),
      },
      {
        name: 'form',
        method: 'POST',
        path: '/v1/send',
        sends: true,
        handle: (request) => pairsOut(request, request.form()),
      },
      {
        name: 'path',
        method: 'PUT',
        path: '/v1/users/:user/messages/:msisdn',
        sends: true,
        handle(request) {
          const words = stringIn(request.jsonObject(), 'text');
          return { status: 201, headers: { 'x-message': counter.accept(request, request.params.msisdn ?? '', words) } };
        },
      },
      {
        name: 'xml',
        method: 'POST',
        path: '/v1/xml',
        sends: true,
        handle(request) {
          if (!/^application\/xml\b/.test(request.headers['content-type'] ?? '')) frame.violation('XML was expected.');
          const id = counter.accept(request, elementIn(request.text, 'msisdn'), elementIn(request.text, 'text'));
          return text(200, `<answer><result>OK</result><id>${id}</id></answer>`);
        },
      },
      { name: 'other', method: '*', path: '*', handle: () => text(404, 'nothing here') },
    ];
  },

  errors: [
    ...(['101', '102'] as const).map((code) => listed(code, 'rejected')),
    ...(['201', '202'] as const).map((code) => listed(code, 'credentials')),
    listed('301', 'throttled'),
    listed('901', 'transient'),
    {
      name: 'a 200 with a code that no list contains: the success test fails',
      behaviour: answer(200, { result: 'ERROR', code: 777 }),
      expected: { kind: 'rejected', status: 200, vendorCode: '777' },
    },
    {
      name: 'a 200 without the value of the success test',
      behaviour: answer(200, { hello: 'world' }),
      expected: { kind: 'unconfirmed', status: 200 },
    },
    {
      name: 'a 202 if success is a 200',
      behaviour: answer(202, { result: 'OK', id: 1 }),
      expected: { kind: 'unconfirmed', status: 202 },
    },
    {
      name: 'a code in a list has priority over the status',
      behaviour: answer(500, { result: 'ERROR', code: 102 }),
      expected: { kind: 'rejected', status: 500, vendorCode: '102' },
    },
    {
      name: '301 with a Retry-After',
      behaviour: answer(200, { result: 'ERROR', code: 301 }, { 'retry-after': '8' }),
      expected: { kind: 'throttled', status: 200, vendorCode: '301', retryAfterMs: 8_000 },
    },
    { name: '400', behaviour: answer(400, 'bad'), expected: { kind: 'rejected', status: 400 } },
    {
      name: '401 an unknown key',
      credentials: { headers: { 'x-api-key': 'of-yesterday' } },
      expected: { kind: 'credentials', status: 401 },
    },
    { name: '503', behaviour: answer(503, ''), expected: { kind: 'transient', status: 503 } },
  ],

  callbacks: {
    proof: 'url',
    call: (url, payload) => ({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    }),
    urlOf: (request) => stringIn(request.jsonObject(), 'receipts') || undefined,
    samples: (deliveryId) => [
      sample(deliveryId, 'SENT', 'sent'),
      sample(deliveryId, 'DELIVERED', 'delivered'),
      sample(deliveryId, 'UNDELIVERED', 'undelivered', 'absent'),
      sample(deliveryId, 'EXPIRED', 'undelivered'),
      sample(deliveryId, 'FAILED', 'failed', 'blocked'),
      { name: 'an unmapped state', payload: { id: '70001', state: 'PONDERING' }, updates: [] },
    ],
  },

  idempotencyKey: (request) => request.headers['idempotency-key'],
});

/** Login for the gateway's older operations, for the plugin's specs. */
export const LOGIN = { user: USER, password: PASSWORD } as const;

function listed(code: string, kind: 'rejected' | 'credentials' | 'throttled' | 'transient') {
  return {
    name: `${code} ${CODES[Number(code)] ?? ''}, inside a 200`,
    message: { to: `+88888${code}` },
    expected: { kind, status: 200, vendorCode: code },
  };
}

function sample(
  deliveryId: string,
  state: string,
  status: 'sent' | 'delivered' | 'undelivered' | 'failed',
  reason?: string,
): CallbackSample {
  return {
    name: state,
    payload: { id: '70001', state, ...(reason !== undefined && { reason }) },
    updates: [
      { deliveryId, externalId: '70001', status, detail: reason === undefined ? state : `${state}: ${reason}` },
    ],
  };
}
