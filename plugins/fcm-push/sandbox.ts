import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { isJsonObject, parseJson, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import {
  answer,
  defineSandbox,
  inventedRsaKey,
  requestSchema,
  throttle,
  type SandboxAnswer,
  type SandboxFrame,
  type SandboxRequest,
} from '@patchbay/testing';
import { MESSAGES_SEND } from './messages-send.schema.js';

/*
 * Firebase Cloud Messaging's HTTP v1 API, from "REST Resource: projects.messages", "ErrorCode", "FCM error codes" and
 * "Set up a client's payload". Google's token endpoint, from "Using OAuth 2.0 for Server to Server Applications".
 */

const PROJECT = 'acme-loyalty';
const CLIENT_EMAIL = `patchbay@${PROJECT}.iam.gserviceaccount.com`;
const KEY_ID = '5f1e0c2d3b4a59687706152433425160718293a4';
const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const AUDIENCE = 'https://oauth2.googleapis.com/token';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const FCM_ERROR = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
const PAYLOAD_LIMIT = 4_096;
const TOKEN_LIFE_SECONDS = 3_599;

const KEY = inventedRsaKey('fcm service account');
const PUBLIC_KEY = createPublicKey(KEY);

/** Device tokens that trigger an error in the sandbox. FCM itself has no test tokens. */
export const TOKENS = {
  unregistered: 'invented-device-token-of-a-removed-app',
  malformed: 'invented-device-token-that-is-none',
  otherSender: 'invented-device-token-of-another-project',
  noApnsKey: 'invented-device-token-of-an-iphone',
} as const;

/** Returns a key file of the Firebase console as one text. */
function keyFile(clientEmail: string): string {
  return JSON.stringify({
    type: 'service_account',
    project_id: PROJECT,
    private_key_id: KEY_ID,
    private_key: KEY.export({ type: 'pkcs8', format: 'pem' }),
    client_email: clientEmail,
    client_id: '100000000000000000001',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: AUDIENCE,
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(clientEmail)}`,
    universe_domain: 'googleapis.com',
  });
}

/** Returns an error in Google's format; `errorCode` is FCM's own code in the details. */
function googleError(status: number, code: string, message: string, errorCode?: string, more: Json[] = []): JsonObject {
  const details = [...(errorCode === undefined ? [] : [{ '@type': FCM_ERROR, errorCode }]), ...more];
  return { error: { code: status, message, status: code, ...(details.length > 0 && { details }) } };
}

/** Returns the detail that names the exceeded quota, from the page "ErrorCode" (`google.rpc.QuotaFailure`). */
function quotaFailure(quota: string): JsonObject {
  const violations = [{ subject: `project:${PROJECT}`, description: `${quota} exceeded` }];
  return { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations };
}

function refuse(status: number, code: string, message: string, errorCode?: string, more?: Json[]): SandboxAnswer {
  return { status, body: googleError(status, code, message, errorCode, more) };
}

function invalid(field: string, description: string): SandboxAnswer {
  const violations = [{ field, description }];
  return refuse(400, 'INVALID_ARGUMENT', description, 'INVALID_ARGUMENT', [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations },
  ]);
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function decoded(part: string): JsonObject {
  return object(parseJson(Buffer.from(part, 'base64url').toString('utf8')));
}

/** Returns the reason why Google refuses an assertion; undefined if the assertion is valid. */
function assertionProblem(assertion: string, nowSeconds: number): string | undefined {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const { alg, typ } = decoded(head);
  if (alg !== 'RS256' || typ !== 'JWT') return 'Invalid JWT: header must name RS256 and JWT.';
  const { iss, scope, aud, iat, exp } = decoded(body);
  if (iss !== CLIENT_EMAIL) return 'Invalid grant: account not found';
  if (!verify('sha256', Buffer.from(`${head}.${body}`), PUBLIC_KEY, Buffer.from(signature, 'base64url'))) {
    return 'Invalid JWT Signature.';
  }
  if (aud !== AUDIENCE) return 'Invalid JWT: audience';
  if (typeof iat !== 'number' || typeof exp !== 'number' || exp - iat > 3_600 || exp <= nowSeconds) {
    return 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.';
  }
  if (Math.abs(iat - nowSeconds) > 300) return 'Invalid JWT: Check your iat and exp values in the JWT claim.';
  return scope === SCOPE ? undefined : 'Invalid OAuth scope';
}

function token(request: SandboxRequest, issued: Set<string>): SandboxAnswer {
  const form = request.form();
  if (form.get('grant_type') !== GRANT) {
    return { status: 400, body: { error: 'unsupported_grant_type', error_description: 'Invalid grant_type' } };
  }
  const problem = assertionProblem(form.get('assertion') ?? '', Math.floor(request.at / 1_000));
  if (problem !== undefined) return { status: 400, body: { error: 'invalid_grant', error_description: problem } };
  const accessToken = `ya29.invented.${randomUUID()}`;
  issued.add(accessToken);
  return {
    status: 200,
    body: { access_token: accessToken, expires_in: TOKEN_LIFE_SECONDS, token_type: 'Bearer' },
  };
}

const documented = requestSchema(MESSAGES_SEND);

/** Returns FCM's error for invalid content. FCM checks the content before the recipient. */
function contentProblem(message: JsonObject): SandboxAnswer | undefined {
  for (const [index, [name, value]] of Object.entries(object(message.data)).entries()) {
    if (typeof value !== 'string') {
      const at = `message.data[${String(index)}].value`;
      return refuse(400, 'INVALID_ARGUMENT', `Invalid value at '${at}' (TYPE_STRING)`, undefined, [
        { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: at }] },
      ]);
    }
    if (name === 'from' || name === 'message_type' || /^(google|gcm)\./.test(name)) {
      return invalid('message.data', `Invalid data payload key: ${name}`);
    }
  }
  const payload = JSON.stringify([message.data ?? {}, message.notification ?? {}]);
  return Buffer.byteLength(payload) > PAYLOAD_LIMIT ? invalid('message', 'Android message is too big') : undefined;
}

function recipientProblem(to: string): SandboxAnswer | undefined {
  switch (to) {
    case TOKENS.unregistered:
      return refuse(404, 'NOT_FOUND', 'Requested entity was not found.', 'UNREGISTERED');
    case TOKENS.malformed:
      return invalid('message.token', 'The registration token is not a valid FCM registration token');
    case TOKENS.otherSender:
      return refuse(403, 'PERMISSION_DENIED', 'SenderId mismatch', 'SENDER_ID_MISMATCH');
    case TOKENS.noApnsKey:
      return refuse(
        401,
        'UNAUTHENTICATED',
        'Request is missing required authentication credential.',
        'THIRD_PARTY_AUTH_ERROR',
      );
    default:
      return undefined;
  }
}

function send(request: SandboxRequest, issued: ReadonlySet<string>, frame: SandboxFrame): SandboxAnswer {
  if (!issued.has(request.bearer() ?? '')) {
    return refuse(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
  }
  const { project = '' } = request.params;
  if (project !== PROJECT) {
    const what = `projects/${project}' (or it may not exist).`;
    return refuse(403, 'PERMISSION_DENIED', `Permission 'cloudmessaging.messages.create' denied on resource '${what}`);
  }
  const body = request.jsonObject();
  if (body === undefined) return refuse(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
  const message = object(body.message);
  const wrong = contentProblem(message) ?? recipientProblem(text(message.token));
  if (wrong !== undefined) return wrong;
  for (const misfit of documented(body)) frame.violation(`projects.messages.send: ${misfit}`);
  if (body.validate_only === true)
    return { status: 200, body: { name: `projects/${PROJECT}/messages/fake_message_id` } };

  const name = `projects/${PROJECT}/messages/0:${String(request.at)}${randomUUID().slice(0, 8)}`;
  const { title, body: line } = object(message.notification);
  frame.receive(
    {
      to: text(message.token) || text(message.topic) || text(message.condition),
      text: text(line) || JSON.stringify(message.data ?? {}),
      ...(typeof title === 'string' && { subject: title }),
      externalId: name,
      status: 'accepted',
    },
    request,
  );
  return { status: 200, body: { name } };
}

export default defineSandbox({
  type: 'fcm-push',
  label: 'Firebase Cloud Messaging',
  credentials: { serviceAccount: keyFile(CLIENT_EMAIL) },
  wrongCredentials: { serviceAccount: keyFile(`deleted@${PROJECT}.iam.gserviceaccount.com`) },
  storedSettings: [{ projectId: 'acme-loyalty' }],
  settings: (baseUrl) => ({ projectId: PROJECT, baseUrl }),
  message: {
    token: 'invented-device-token-0000000000000001',
    title: 'Points',
    body: 'You earned 100 points.',
    data: { points: 100, balance: '120' },
  },
  samples: [
    {
      name: 'to several devices',
      message: { token: null, tokens: [TOKENS.unregistered, 'invented-device-token-0002'] },
    },
    { name: 'to a topic', message: { token: null, topic: 'news' } },
    { name: 'to a condition', message: { token: null, condition: "'news' in topics && 'vip' in topics" } },
    {
      name: 'every option',
      message: {
        image: 'https://acme.example/1.png',
        android: { ttl: '3600s', notification: { channel_id: 'points' } },
        apns: { headers: { 'apns-priority': '5' }, payload: { aps: { badge: 1 } } },
        webpush: { headers: { Urgency: 'high' }, notification: { title: 'Points' } },
        vendor: { android: { priority: 'HIGH' }, fcm_options: { analytics_label: 'points' } },
      },
    },
  ],

  start(frame) {
    const issued = new Set<string>();
    return [
      { name: 'token', method: 'POST', path: '/token', handle: (request) => token(request, issued) },
      {
        name: 'send',
        method: 'POST',
        path: '/v1/projects/:project/messages:send',
        sends: true,
        handle: (request) => send(request, issued, frame),
      },
    ];
  },

  replacesRepeats: true,

  errors: [
    {
      name: '404 UNREGISTERED, the app was removed',
      message: { token: TOKENS.unregistered },
      expected: { kind: 'rejected', status: 404, vendorCode: 'UNREGISTERED', suppress: 'invalid' },
    },
    {
      name: '400 INVALID_ARGUMENT, an invalid token',
      message: { token: TOKENS.malformed },
      expected: { kind: 'rejected', status: 400, vendorCode: 'INVALID_ARGUMENT' },
    },
    {
      name: '400 INVALID_ARGUMENT, a reserved name',
      message: { data: { from: 'acme' } },
      expected: { kind: 'rejected', status: 400, vendorCode: 'INVALID_ARGUMENT' },
    },
    {
      name: '400 INVALID_ARGUMENT, more than 4,096 bytes',
      message: { body: 'ü'.repeat(2_100) },
      expected: { kind: 'rejected', status: 400, vendorCode: 'INVALID_ARGUMENT' },
    },
    {
      name: '403 SENDER_ID_MISMATCH, a token of another project',
      message: { token: TOKENS.otherSender },
      expected: { kind: 'rejected', status: 403, vendorCode: 'SENDER_ID_MISMATCH' },
    },
    {
      name: '401 THIRD_PARTY_AUTH_ERROR, no key for Apple',
      message: { token: TOKENS.noApnsKey },
      expected: { kind: 'rejected', status: 401, vendorCode: 'THIRD_PARTY_AUTH_ERROR', suspectsDestination: true },
    },
    {
      name: '403 PERMISSION_DENIED, another project',
      settings: { projectId: 'somebody-else' },
      expected: { kind: 'credentials', status: 403, vendorCode: 'PERMISSION_DENIED' },
    },
    {
      name: '404 NOT_FOUND that does not mention the token',
      behaviour: answer(404, googleError(404, 'NOT_FOUND', 'Requested entity was not found.')),
      expected: { kind: 'rejected', status: 404, vendorCode: 'NOT_FOUND' },
    },
    {
      name: '400 invalid_grant, a deleted service account',
      credentials: { serviceAccount: keyFile(`deleted@${PROJECT}.iam.gserviceaccount.com`) },
      expected: { kind: 'credentials', status: 400, vendorCode: 'invalid_grant' },
    },
    {
      name: '429 QUOTA_EXCEEDED with a Retry-After',
      behaviour: throttle(30, googleError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', 'QUOTA_EXCEEDED')),
      expected: { kind: 'throttled', status: 429, vendorCode: 'QUOTA_EXCEEDED', retryAfterMs: 30_000 },
    },
    {
      name: '429 QUOTA_EXCEEDED of one device',
      behaviour: answer(
        429,
        googleError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', 'QUOTA_EXCEEDED', [
          quotaFailure('Device message rate'),
        ]),
      ),
      expected: {
        kind: 'throttled',
        status: 429,
        vendorCode: 'QUOTA_EXCEEDED',
        retryAfterMs: 60_000,
        recipientOnly: true,
      },
    },
    {
      name: '429 QUOTA_EXCEEDED of the project',
      behaviour: answer(
        429,
        googleError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', 'QUOTA_EXCEEDED', [quotaFailure('Message rate')]),
      ),
      expected: { kind: 'throttled', status: 429, vendorCode: 'QUOTA_EXCEEDED', retryAfterMs: 60_000 },
    },
    {
      name: '429 without Retry-After: a wait of one minute',
      behaviour: answer(
        429,
        googleError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric.', undefined, [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'RATE_LIMIT_EXCEEDED' },
        ]),
      ),
      expected: { kind: 'throttled', status: 429, vendorCode: 'RESOURCE_EXHAUSTED', retryAfterMs: 60_000 },
    },
    {
      name: '500 INTERNAL',
      behaviour: answer(500, googleError(500, 'INTERNAL', 'Internal error encountered.', 'INTERNAL')),
      expected: { kind: 'transient', status: 500, vendorCode: 'INTERNAL' },
    },
    {
      name: '503 UNAVAILABLE with a Retry-After',
      behaviour: answer(503, googleError(503, 'UNAVAILABLE', 'The service is currently unavailable.', 'UNAVAILABLE'), {
        'retry-after': '7',
      }),
      expected: { kind: 'transient', status: 503, vendorCode: 'UNAVAILABLE', retryAfterMs: 7_000 },
    },
    {
      name: '502 in HTML, from a proxy',
      behaviour: answer(502, '<html><title>Error 502 (Server Error)!!1</title></html>'),
      expected: { kind: 'transient', status: 502 },
    },
  ],

  idempotencyKey(request) {
    const { headers } = object(object(object(request.jsonObject()).message).apns);
    return text(object(headers)['apns-collapse-id']) || undefined;
  },
});
