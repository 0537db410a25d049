import type { JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxAnswer } from '../sandbox/behaviour.js';
import type { SandboxRoute } from '../sandbox/sandbox-definition.js';
import type { SandboxRequest } from '../sandbox/sandbox-request.js';
import { capillaryError, type CapillaryHandler } from './capillary-answers.js';

/** Customer that the sandbox does not know. */
const UNKNOWN_CUSTOMER = 700100404;
/** Customer that was deleted after a PII request. */
const DELETED_CUSTOMER = 700100410;

/** Subscriptions of customers without an entry of their own. */
const SUBSCRIPTIONS: readonly JsonObject[] = [
  { channel: 'MOBILE', priority: 'BULK', type: 'OPTIN' },
  { channel: 'MOBILE', priority: 'TRANS', type: 'OPTIN' },
  { channel: 'EMAIL', priority: 'BULK', type: 'OPTOUT', sourceName: 'INSTORE' },
];

/** Returns a customer in the format of Capillary's page "Get customer details", with invented values. */
export function sampleCustomer(id: number, fields: JsonObject = { preferred_store: 'S1' }): JsonObject {
  return {
    id,
    profiles: [
      {
        firstName: 'Asha',
        lastName: 'Invented',
        fields,
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

/**
 * Customers, balances and transactions of the sandbox. All customers exist, except 700100404, who is unknown, and
 * 700100410, who was deleted.
 */
export class CapillaryCustomers {
  /** Subscriptions by customer id, in the format of `subscriptionInfo.subscriptions`. */
  readonly subscriptions = new Map<number, readonly JsonObject[]>();
  /** Custom fields of the profile of the source `INSTORE`, by customer id. */
  readonly fields = new Map<number, JsonObject>();
  /** Tier in the programme 115, by customer id. `Silver` for customers without an entry. */
  readonly tiers = new Map<number, string>();

  /** @param authorized adds the check of the credentials to a route */
  routes(authorized: (handle: CapillaryHandler) => CapillaryHandler): readonly SandboxRoute[] {
    const byId = (handle: (request: SandboxRequest, id: number) => SandboxAnswer): CapillaryHandler =>
      authorized((request) => {
        const id = Number(request.params['id']);
        return Number.isSafeInteger(id) ? handle(request, id) : capillaryError(400, 400, 'Invalid input');
      });
    return [
      {
        name: 'customer',
        method: 'GET',
        path: '/v2/customers/:id',
        sends: true,
        handle: byId((request, id) => {
          if (request.query.get('source') === null) return capillaryError(400, 400, 'source is mandatory');
          return missingCustomer(id) ?? { status: 200, body: this.customer(request, id) };
        }),
      },
      {
        name: 'points',
        method: 'GET',
        path: '/v2/customers/:id/points/balance',
        handle: byId((request, id) => missingCustomer(id) ?? { status: 200, body: balance(request, id) }),
      },
      {
        name: 'tier',
        method: 'GET',
        path: '/v2/customers/:id/loyaltyDetails',
        handle: byId((_request, id) => missingCustomer(id) ?? { status: 200, body: this.loyalty(id) }),
      },
      {
        name: 'transaction',
        method: 'GET',
        path: '/v2/transactions/:id',
        handle: byId((request, id) => {
          const type = request.query.get('type') ?? 'REGULAR';
          if (!['REGULAR', 'RETURN', 'NOT_INTERESTED', 'NOT_INTERESTED_RETURN'].includes(type)) {
            return capillaryError(400, 400, 'Invalid input');
          }
          return { status: 200, body: sampleTransaction(id, type) };
        }),
      },
    ];
  }

  private customer(request: SandboxRequest, id: number): JsonObject {
    const embed = request.query.get('embed')?.split(',') ?? [];
    const customer = sampleCustomer(id, this.fields.get(id));
    if (!embed.includes('subscriptions')) return customer;
    const subscriptions = this.subscriptions.get(id) ?? SUBSCRIPTIONS;
    return { ...customer, subscriptionInfo: { subscriptions: [...subscriptions] } };
  }

  private loyalty(id: number): JsonObject {
    return {
      data: [
        {
          programId: 115,
          loyaltyPoints: 420,
          lifetimePoints: 900,
          currentSlab: this.tiers.get(id) ?? 'Silver',
          nextSlab: 'Platinum',
          slabExpiryDate: '2027-05-02 23:59:59',
        },
      ],
      warnings: [],
    };
  }
}

function missingCustomer(id: number): SandboxAnswer | undefined {
  // Capillary reports these errors in the body of a response with HTTP status 200.
  if (id === UNKNOWN_CUSTOMER) return capillaryError(200, 8015, 'Customer not found for the given identifiers');
  if (id === DELETED_CUSTOMER) return capillaryError(200, 8109, 'Customer is deleted after PII delete request');
  return undefined;
}

function balance(request: SandboxRequest, id: number): JsonObject {
  return {
    entityId: id,
    entityType: 'CUSTOMER',
    programId: Number(request.query.get('programId') ?? 115),
    totalPoints: 420,
    mainPoints: 100.0,
    promisedPoints: 320.0,
    promisedPointsBreakup: { delayedAccrualPoints: 320.0, externalTriggerBasedPoints: 0.0 },
    warnings: [],
  };
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
