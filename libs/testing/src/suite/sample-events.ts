import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';

const PROGRAM = {
  loyaltyProgramId: 2649,
  loyaltyProgramDetails: {
    id: 2649,
    name: 'DefaultProgram',
    isDefault: true,
    pointsToCurrencyRatio: 1,
    tiers: [
      { tierNumber: 1, tierName: 'Classic' },
      { tierNumber: 2, tierName: 'Silver' },
    ],
  },
  entityInformation: { entityType: 'USER', entityId: 387979652 },
};

const CUSTOMER = {
  customerIdentifiers: {
    customerId: 387979652,
    instore: { mobile: '919000000001', email: 'customer@example.com', externalId: '226682932023' },
  },
};

/** Content of events for presets, limited to the properties that a preset may rely on. Invented values. */
export const SAMPLE_EVENTS: Readonly<Record<string, JsonObject>> = {
  customerAdded: { ...CUSTOMER, loyaltyType: 'LOYALTY', source: 'INSTORE', firstName: 'Asha', lastName: 'Rao' },
  customerUpdated: { ...CUSTOMER, loyaltyType: 'LOYALTY', source: 'INSTORE' },
  transactionAdded: {
    ...CUSTOMER,
    transactionId: 65658570,
    billNumber: '293866733',
    billType: 'REGULAR',
    amount: 890.5,
    grossAmount: 900,
    discount: 9.5,
    currencyCode: 'INR',
    lineItemCount: 1,
  },
  pointsIssued: {
    ...CUSTOMER,
    ...PROGRAM,
    totalPointsIssued: 100,
    regularPointsIssued: 100,
    programCurrentPoints: 120,
    programLifetimePoints: 120,
    regularPointsBreakup: [{ points: 100, expiryAt: '2026-06-29' }],
    promotionalPointsIssued: [],
    promisedPointsIssued: [],
  },
  pointsRedeemed: {
    ...CUSTOMER,
    ...PROGRAM,
    totalPointsRedeemed: 235,
    redeemedPointsCurrencyValue: 470,
    redemptionFromEarningPrograms: [{ programId: 2649, pointsRedeemed: 235, programCurrentPoints: 500 }],
  },
  pointsTransferredInitiated: {
    ...CUSTOMER,
    ...PROGRAM,
    totalPointsTransferred: 10,
    redemptionFromEarningPrograms: [{ programId: 2649, pointsRedeemed: 10, programCurrentPoints: 90 }],
  },
  pointsTransferredReceived: { ...CUSTOMER, ...PROGRAM, totalPointsTransferred: 10 },
  pointsExpiryReminder: {
    ...CUSTOMER,
    ...PROGRAM,
    pointsScheduledForExpiry: 300,
    scheduledExpiryDate: '2026-06-19',
  },
  pointsExpired: { ...CUSTOMER, ...PROGRAM, totalPointsExpired: 40, programCurrentPoints: 80 },
  tierUpgraded: {
    ...CUSTOMER,
    ...PROGRAM,
    previousTierNumber: 1,
    upgradedTierNumber: 2,
    tierExpiryDate: '2026-12-31',
    upgradeType: 'STRATEGY',
  },
};

/** Contact in the form that the recipient resolver returns. */
export const SAMPLE_RECIPIENT: JsonObject = {
  phone: '+919000000001',
  email: 'customer@example.com',
  pushToken: 'invented-device-token-0000000000000001',
  locale: 'en',
};

/** Creates an event as plugins receive it. */
export function sampleEvent(type: string, data: JsonObject): EventEnvelope {
  return {
    id: '01890a5d-ac96-774b-bcce-b302099a8056',
    type,
    brand: 'acme',
    source: 'capillary',
    customerId: '387979652',
    occurredAt: '2026-01-31T10:00:00.000Z',
    receivedAt: '2026-01-31T10:00:01.000Z',
    data,
  };
}
