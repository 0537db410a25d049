import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '@patchbay/core';
import { defineSandbox, type SandboxAnswer, type SandboxDefinition, type SandboxRequest } from '@patchbay/testing';

export const CAPILLARY_KEY = 'invented-api-client-key';
export const CAPILLARY_SECRET = 'invented-api-client-secret';
export const TILL = { username: 'till.one', password: 'invented-till-password' } as const;

/** Controls of a running fake of Capillary's API. */
export interface FakeCapillary {
  readonly definition: SandboxDefinition;
  /** Tokens issued so far, newest last. */
  readonly tokens: readonly string[];
  /** Lifetime of new tokens, in seconds. */
  ttlSeconds: number;
  /** Revokes every token issued so far. */
  withdrawTokens(): void;
}

/** Returns a customer in the format of Capillary's page "Get customer details", with invented values. */
export function sampleCustomer(id: number): JsonObject {
  return {
    id,
    profiles: [
      {
        firstName: 'Asha',
        lastName: 'Invented',
        fields: { preferred_store: 'S1' },
        allFields: {},
        identifiers: [
          { type: 'mobile', value: '919000000001' },
          { type: 'externalId', value: 'EXT-1' },
        ],
        commChannels: [
          { type: 'email', value: 'second@example.com', primary: false, verified: false, meta: {} },
          { type: 'email', value: 'asha@example.com', primary: true, verified: true, meta: {} },
          { type: 'mobile', value: '919000000002', primary: true, verified: false, meta: {} },
        ],
        source: 'INSTORE',
        userId: id,
        accountId: '',
      },
      { firstName: 'Other', lastName: 'Channel', identifiers: [], commChannels: [], source: 'WECHAT', accountId: 'w1' },
    ],
    loyaltyInfo: { loyaltyType: 'loyalty', lifetimePurchases: 1200.5 },
    segments: {},
    extendedFields: { preferred_language: 'en' },
    cardDetails: [],
    warnings: [],
  };
}

/** Subscriptions, in the format of answers to requests with `embed=subscriptions`. */
const SUBSCRIPTIONS: JsonObject = {
  subscriptions: [
    { channel: 'MOBILE', priority: 'BULK', type: 'OPTIN' },
    { channel: 'MOBILE', priority: 'TRANS', type: 'OPTIN' },
    { channel: 'EMAIL', priority: 'BULK', type: 'OPTOUT', sourceName: 'INSTORE' },
  ],
};

/**
 * Fakes Capillary's API according to its pages "OAuth", "Basic authentication", "Get customer details", "Get points
 * balance", "Get transaction details" and "Response codes". Customers 700100200 and 700100201 exist. Customer 700100404
 * does not exist, and 700100410 was deleted after a PII request.
 */
export function fakeCapillary(): FakeCapillary {
  const given: string[] = [];
  const withdrawn = new Set<string>();
  const fake = {
    definition: undefined as unknown as SandboxDefinition,
    tokens: given,
    ttlSeconds: 300,
    withdrawTokens: () => {
      for (const token of given) withdrawn.add(token);
    },
  };
  const basic = `${TILL.username}:${createHash('md5').update(TILL.password).digest('hex')}`;

  function authorized(request: SandboxRequest): boolean {
    const token = request.headers['x-cap-api-oauth-token'];
    if (token !== undefined) return given.includes(token) && !withdrawn.has(token);
    const user = request.basic();
    return user !== undefined && `${user.username}:${user.password}` === basic;
  }

  function read(
    handle: (request: SandboxRequest, id: number) => SandboxAnswer,
  ): (request: SandboxRequest) => SandboxAnswer {
    return (request) => {
      if (!authorized(request)) return failed(401, 401, 'Authentication failed');
      const id = Number(request.params['id']);
      return Number.isSafeInteger(id) ? handle(request, id) : failed(400, 400, 'Invalid input');
    };
  }

  fake.definition = defineSandbox({
    type: 'capillary',
    label: 'Capillary',
    credentials: { key: CAPILLARY_KEY, secret: CAPILLARY_SECRET },
    wrongCredentials: { key: CAPILLARY_KEY, secret: 'wrong' },
    settings: (baseUrl) => ({ baseUrl }),
    message: {},
    errors: [],
    start: (frame) => [
      {
        name: 'token',
        method: 'POST',
        path: '/v3/oauth/token/generate',
        handle: (request) => {
          const { key, secret } = request.jsonObject() ?? {};
          if (request.headers['content-type'] !== 'application/json')
            frame.violation('a token request must have a JSON body');
          if (key !== CAPILLARY_KEY || secret !== CAPILLARY_SECRET) {
            return {
              status: 401,
              body: { data: null, errors: [{ status: false, code: 401, message: 'Authentication failed' }] },
            };
          }
          const accessToken = `header.${String(given.length + 1)}.signature`;
          given.push(accessToken);
          return { status: 200, body: { data: { accessToken, ttlSeconds: fake.ttlSeconds }, errors: null } };
        },
      },
      {
        name: 'customer',
        method: 'GET',
        path: '/v2/customers/:id',
        sends: true,
        handle: read((request, id) => {
          if (request.query.get('source') === null) return failed(400, 400, 'source is mandatory');
          const missing = missingCustomer(id);
          if (missing !== undefined) return missing;
          const embed = request.query.get('embed')?.split(',') ?? [];
          const subscriptions = embed.includes('subscriptions') ? { subscriptionInfo: SUBSCRIPTIONS } : {};
          return { status: 200, body: { ...sampleCustomer(id), ...subscriptions } };
        }),
      },
      {
        name: 'points',
        method: 'GET',
        path: '/v2/customers/:id/points/balance',
        handle: read(
          (request, id) =>
            missingCustomer(id) ?? {
              status: 200,
              body: {
                entityId: id,
                entityType: 'CUSTOMER',
                programId: Number(request.query.get('programId') ?? 115),
                totalPoints: 420,
                mainPoints: 100.0,
                promisedPoints: 320.0,
                promisedPointsBreakup: { delayedAccrualPoints: 320.0, externalTriggerBasedPoints: 0.0 },
                warnings: [],
              },
            },
        ),
      },
      {
        name: 'transaction',
        method: 'GET',
        path: '/v2/transactions/:id',
        handle: read((request, id) => {
          const type = request.query.get('type') ?? 'REGULAR';
          if (!['REGULAR', 'RETURN', 'NOT_INTERESTED', 'NOT_INTERESTED_RETURN'].includes(type)) {
            return failed(400, 400, 'Invalid input');
          }
          return { status: 200, body: sampleTransaction(id, type) };
        }),
      },
    ],
  });
  return fake;
}

function missingCustomer(id: number): SandboxAnswer | undefined {
  // Capillary reports these errors in the body of a response with HTTP status 200.
  if (id === 700100404) return failed(200, 8015, 'Customer not found for the given identifiers');
  if (id === 700100410) return failed(200, 8109, 'Customer is deleted after PII delete request');
  return undefined;
}

/** Returns an error in the v2 format. */
export function failed(status: number, code: number, message: string): { status: number; body: Json } {
  return { status, body: { errors: [{ status: false, code, message }] } };
}

function sampleTransaction(id: number, type: string): JsonObject {
  return {
    id,
    customerId: 700100200,
    type,
    billDetails: {
      amount: 2000,
      billNumber: 'B-1',
      billingTime: '2026-01-23T03:30:00Z',
      discount: 0,
      grossAmount: 2000,
      billingStore: { id: 1, code: 'S1', name: 'Store' },
      returnDetails: { canceled: false },
    },
    lineItems: [
      { id: 1, details: { amount: 2000, description: 'Shirt', discount: 0, itemCode: 'SKU1', qty: 1, rate: 2000 } },
    ],
    customFields: {},
    extendedFields: {},
    warnings: [],
  };
}
