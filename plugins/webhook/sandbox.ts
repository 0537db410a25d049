import { createHmac, timingSafeEqual } from 'node:crypto';
import { isJsonObject } from '@patchbay/plugin-sdk';
import { answer, defineSandbox, throttle, type SandboxAnswer, type SandboxRequest } from '@patchbay/testing';

/*
 * A receiver of Standard Webhooks, as the specification describes receivers (standard-webhooks/standard-webhooks,
 * spec/standard-webhooks.md), with a token endpoint by RFC 6749 §4.4.
 */

/** Secrets of 32 bytes. The receiver rotates from the first secret to the second. */
const SECRETS = [
  'whsec_c2FuZGJveC1zaWduaW5nLXNlY3JldC0wMDAwMDAwMQ==',
  'whsec_c2FuZGJveC1zaWduaW5nLXNlY3JldC0wMDAwMDAwMg==',
];
const BASIC = { username: 'sandbox', password: 'sandbox-basic-password-01' };
const BEARER = 'sandbox-bearer-token-0000001';
const CLIENT = { username: 'sandbox-client', password: 'sandbox-client-secret-0001' };
const TOLERANCE_SECONDS = 300;

/**
 * Returns the reason why the specification's verifier refuses the request; undefined if the verifier accepts the
 * request.
 */
function refusal(request: SandboxRequest): string | undefined {
  const id = request.headers['webhook-id'];
  const timestamp = request.headers['webhook-timestamp'];
  const signatures = request.headers['webhook-signature'];
  if (!id || !timestamp || !signatures) return 'webhook-id, webhook-timestamp or webhook-signature is missing';
  if (id.includes('.')) return 'webhook-id must not contain a dot';
  if (!/^\d+$/.test(timestamp)) return 'webhook-timestamp must be whole seconds since the epoch';
  if (Math.abs(request.at / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS)
    return 'webhook-timestamp is too old or too far in the future';
  const given = signatures.split(' ').filter((one) => one.startsWith('v1,'));
  const wanted = SECRETS.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), request.rawBody]);
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  });
  return wanted.some((one) => given.some((other) => same(one, other))) ? undefined : 'no signature is valid';
}

function same(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function refuse(reason: string): SandboxAnswer {
  return { status: 401, body: { error: reason } };
}

export default defineSandbox({
  type: 'webhook',
  label: 'Webhook receiver',
  credentials: { signingSecrets: [SECRETS[0] ?? ''] },
  wrongCredentials: { signingSecrets: ['whsec_eWVzdGVyZGF5cy1zaWduaW5nLXNlY3JldC0wMDAwMDE='] },
  verifyCannotTell: 'a receiver checks a signature on events only, and verify sends none',
  storedSettings: [{ url: 'https://crm.acme.example/hooks/loyalty' }],
  settings: (baseUrl) => ({ url: `${baseUrl}/events` }),
  message: {
    body: { type: 'pointsIssued', timestamp: '2026-01-31T10:00:00.000Z', data: { totalPointsIssued: 100 } },
  },
  samples: [
    {
      name: 'PUT to the URL of a member, with a query and a header',
      settings: (baseUrl) => ({ url: `${baseUrl}/members/{id}`, method: 'PUT' }),
      message: { headers: { 'x-event': 'pointsIssued' }, parameters: { id: 'm-1' }, query: { notify: false } },
    },
  ],

  batch: {
    settings: (baseUrl) => ({ url: `${baseUrl}/events`, batch: { size: 3, within: 0 } }),
    count: (request) => {
      const body = request.json();
      return Array.isArray(body) ? body.length : 0;
    },
    refused: { message: { headers: { 'x-event': 'pointsIssued' } }, expected: { kind: 'mapping' } },
  },

  start(frame) {
    const known = new Set<string>();
    const tokens = new Set<string>();

    /** Accepts each event once. An event with a known webhook-id is acknowledged and dropped. */
    const take = (request: SandboxRequest): SandboxAnswer => {
      const id = request.headers['webhook-id'] ?? '';
      const type = request.headers['content-type'];
      if (request.text !== '' && !/^application\/(json|x-www-form-urlencoded)\b/.test(type ?? '')) {
        frame.violation('An event must be sent as application/json or as a form.');
      }
      if (known.has(id)) return { status: 200, body: { received: true, duplicate: true } };
      known.add(id);
      const body = request.json();
      for (const event of Array.isArray(body) ? body : [body]) {
        const subject = isJsonObject(event) && typeof event.type === 'string' ? event.type : 'event';
        const text = Array.isArray(body) ? JSON.stringify(event) : request.text;
        frame.receive({ to: null, subject, text, status: 'received' }, request);
      }
      return { status: 200, headers: { 'x-request-id': `req-${String(known.size)}` }, body: { received: true } };
    };
    const open = (
      name: string,
      path: string,
      problem: (request: SandboxRequest) => string | undefined,
      method = ['POST', 'PUT', 'PATCH', 'DELETE'],
    ) => ({
      name,
      method,
      path,
      sends: true,
      handle: (request: SandboxRequest) => {
        const reason = problem(request);
        return reason === undefined ? take(request) : refuse(reason);
      },
    });
    /**
     * Handles requests that are not events: checks the credentials, then answers 405, because only events are accepted.
     */
    const look = (path: string, problem: (request: SandboxRequest) => string | undefined) => ({
      name: 'look',
      method: 'GET',
      path,
      handle: (request: SandboxRequest) => {
        const reason = problem(request);
        return reason === undefined ? { status: 405, headers: { allow: 'POST, PUT, PATCH' } } : refuse(reason);
      },
    });
    const basic = (request: SandboxRequest): string | undefined => {
      const login = request.basic();
      return login?.username === BASIC.username && login.password === BASIC.password ? undefined : 'wrong password';
    };
    const bearer = (request: SandboxRequest): string | undefined =>
      request.bearer() === BEARER ? undefined : 'wrong token';
    const oauth = (request: SandboxRequest): string | undefined =>
      tokens.has(request.bearer() ?? '') ? undefined : 'unknown token';

    return [
      open('signed', '/events', refusal),
      open('member', '/members/:id', refusal, ['GET', 'PUT', 'DELETE']),
      open('basic', '/basic', basic),
      open('bearer', '/bearer', bearer),
      open('oauth', '/oauth', oauth),
      look('/events', () => undefined),
      look('/basic', basic),
      look('/bearer', bearer),
      look('/oauth', oauth),
      {
        name: 'token',
        method: 'POST',
        path: '/token',
        handle(request) {
          const form = request.form();
          const login = request.basic();
          if (form.get('grant_type') !== 'client_credentials') {
            return { status: 400, body: { error: 'unsupported_grant_type' } };
          }
          const decode = (text: string | undefined) => decodeURIComponent((text ?? '').replaceAll('+', ' '));
          if (decode(login?.username) !== CLIENT.username || decode(login?.password) !== CLIENT.password) {
            return { status: 401, headers: { 'www-authenticate': 'Basic' }, body: { error: 'invalid_client' } };
          }
          const token = `sandbox-access-token-${String(tokens.size + 1)}`;
          tokens.add(token);
          return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3_600 } };
        },
      },
      {
        name: 'revoke',
        method: 'POST',
        path: '/revoke',
        handle() {
          tokens.clear();
          return { status: 200 };
        },
      },
      { name: 'other', method: '*', path: '*', handle: () => ({ status: 404, body: { error: 'nothing here' } }) },
    ];
  },

  errors: [
    {
      name: 'an invalid signature',
      credentials: { signingSecrets: ['whsec_eWVzdGVyZGF5cy1zaWduaW5nLXNlY3JldC0wMDAwMDE='] },
      expected: { kind: 'credentials', status: 401 },
    },
    { name: '400', behaviour: answer(400, { error: 'bad' }), expected: { kind: 'rejected', status: 400 } },
    { name: '403', behaviour: answer(403, { error: 'forbidden' }), expected: { kind: 'credentials', status: 403 } },
    {
      name: '302: redirects are not followed',
      behaviour: answer(302, '', { location: 'http://127.0.0.1:9/elsewhere' }),
      expected: { kind: 'rejected', status: 302 },
    },
    { name: '408', behaviour: answer(408), expected: { kind: 'transient', status: 408 } },
    {
      name: '410: the endpoint is permanently gone',
      behaviour: answer(410),
      expected: { kind: 'rejected', status: 410, disableDestination: true },
    },
    { name: '422', behaviour: answer(422, { error: 'odd' }), expected: { kind: 'rejected', status: 422 } },
    {
      name: '429 with Retry-After',
      behaviour: throttle(7),
      expected: { kind: 'throttled', status: 429, retryAfterMs: 7_000 },
    },
    { name: '500', behaviour: answer(500, 'oops'), expected: { kind: 'transient', status: 500 } },
    { name: '501', behaviour: answer(501), expected: { kind: 'transient', status: 501 } },
    { name: '502', behaviour: answer(502), expected: { kind: 'transient', status: 502 } },
    { name: '504', behaviour: answer(504), expected: { kind: 'transient', status: 504 } },
  ],

  idempotencyKey: (request) => request.headers['webhook-id'],
});

/** Values for the plugin's specs: further credentials, and the secret to which the receiver rotates. */
export const RECEIVER = { secrets: SECRETS, basic: BASIC, bearer: BEARER, client: CLIENT } as const;
