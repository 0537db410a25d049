import { answer, defineSandbox, requestSchema, type SandboxAnswer } from '@patchbay/testing';

/*
 * Sandbox of the vendor, written from its documentation. Name the pages here, and write this file before index.ts: field
 * names, status codes, error bodies and limits. This vendor is invented.
 */

const API_KEY = 'sandbox-api-key-0001';

/** Schema of the request body of "Send a message", copied from the documentation. */
const problemsIn = requestSchema({
  type: 'object',
  required: [__required__],
  properties: {
__properties__
    reference: { type: 'string' },
  },
  additionalProperties: false,
});

/** Creates an error response of the vendor. */
function refusal(status: number, code: string, message = 'The message in the documentation.'): SandboxAnswer {
  return { status, body: { code, message } };
}

export default defineSandbox({
  type: '__type__',
  label: '__label__',
  credentials: { apiKey: API_KEY },
  wrongCredentials: { apiKey: 'sandbox-api-key-of-yesterday' },
  settings: (baseUrl) => ({ baseUrl__settingSamples__ }),
  storedSettings: [{ baseUrl: 'https://vendor.example'__settingSamples__ }],
  message: __sample__,

  start(frame) {
    let messageCount = 0;
    return [
      {
        name: 'account',
        method: 'GET',
        path: '/v1/account',
        handle: (request) =>
          request.bearer() === API_KEY ? { status: 200, body: { name: 'Sandbox' } } : refusal(401, 'unauthorized'),
      },
      {
        name: 'send',
        method: 'POST',
        path: '/v1/messages',
        sends: true,
        handle(request) {
          if (request.bearer() !== API_KEY) return refusal(401, 'unauthorized');
          const problems = problemsIn(request.json());
          if (problems.length > 0) return refusal(400, 'invalid_request', problems.join('; '));
          const externalId = `message-${String(++messageCount)}`;
__receive__
          return { status: 202, body: { id: externalId } };
        },
      },
    ];
  },

  errors: [
    {
      name: '401 unauthorized',
      credentials: { apiKey: 'sandbox-api-key-of-yesterday' },
      expected: { kind: 'credentials', status: 401 },
    },
    {
      name: '400 invalid_request',
      behaviour: { kind: 'answer', ...refusal(400, 'invalid_request') },
      expected: { kind: 'rejected', status: 400 },
    },
    {
      name: '429 too_many_requests',
      behaviour: answer(429, refusal(429, 'too_many_requests').body, { 'retry-after': '7' }),
      expected: { kind: 'throttled', status: 429, retryAfterMs: 7_000 },
    },
    {
      name: '500 internal',
      behaviour: { kind: 'answer', ...refusal(500, 'internal') },
      expected: { kind: 'unconfirmed', status: 500 },
    },
  ],
});
