/**
 * Invented values that the samples share. The values in {@link PLANTED} are personal and must never be kept as safe.
 */
import type { JsonObject } from '@patchbay/core';

export const PLANTED = {
  mobile: '919000000001',
  email: 'asha@example.com',
  externalId: 'EXT-0001',
  card: 'CARD-4111-0001',
  firstName: 'Asha',
  lastName: 'Nandakumar',
  username: 'till.operator.meera',
  channelIdentifier: 'wx-open-id-7731',
  customField: 'allergic to peanuts',
  freeText: 'Asked by Asha at the counter',
  otherMobile: '919000000002',
  otherEmail: 'ravi@example.com',
  otherFirstName: 'Ravi',
  groupName: 'The Nandakumar family',
  membershipNumber: 'MILES-88102233',
  signedUrl: 'https://cdn.example.com/reward.png?signature=5b1f0c',
  previousValue: '1988-02-11',
  currentValue: '1988-11-02',
} as const;

export const CUSTOMER_ID = 700100201;
export const OTHER_CUSTOMER_ID = 700100202;

export const customer: JsonObject = {
  customerId: CUSTOMER_ID,
  firstName: PLANTED.firstName,
  lastName: PLANTED.lastName,
  loyaltyType: 'loyalty',
  instore: {
    mobile: PLANTED.mobile,
    email: PLANTED.email,
    externalId: PLANTED.externalId,
    cardNumbers: [PLANTED.card],
  },
  wechat: {
    accounts: [
      {
        accountId: 'acme-wechat',
        identifiers: [{ identifierType: 'openId', identifierValue: PLANTED.channelIdentifier }],
      },
    ],
  },
};

export const otherCustomer: JsonObject = {
  customerId: OTHER_CUSTOMER_ID,
  instore: { mobile: PLANTED.otherMobile, email: PLANTED.otherEmail },
};

/** Customer identifiers in samples of reminders and coupons. */
export const customerIdOnly: JsonObject = { customerId: CUSTOMER_ID };

export const store: JsonObject = {
  id: 80020045,
  till: { code: 'till.front', name: 'Front till' },
  store: { code: 'blr01', name: 'Bengaluru One', externalId: 'BLR-01', externalId1: '', externalId2: '' },
};

export const entity: JsonObject = { entityType: 'USER', entityId: CUSTOMER_ID };

/** Returns the sample of an event's cause, with the identifiers of a purchase. */
export function activity(name: string): JsonObject {
  return {
    name,
    identifiers: [
      { key: 'billNumber', value: 'BILL-20250618-17' },
      { key: 'BillId', value: '6600112233' },
    ],
    enteredBy: { ...store },
    additionalAttributes: [],
  };
}

export const programDetails: JsonObject = {
  id: 3007,
  name: 'Acme Rewards',
  isDefault: true,
  pointsToCurrencyRatio: 5,
  tiers: [
    { tierNumber: 1, tierName: 'Classic' },
    { tierNumber: 2, tierName: 'Silver' },
    { tierNumber: 3, tierName: 'Gold' },
  ],
};

/** Returns samples of the first fields that most loyalty program events have. */
export function programSample(activityName: string): JsonObject {
  return {
    customerIdentifiers: customer,
    entityInformation: entity,
    triggeringActivity: activity(activityName),
    loyaltyProgramDetails: programDetails,
    loyaltyProgramId: 3007,
  };
}

export const target: JsonObject = {
  id: 6101,
  name: 'Spend 3000',
  targetGroupId: 6200,
  targetGroupName: 'Spring spends',
  targetPeriodId: 6300,
  targetPeriodName: 'Period 1',
  description: 'Spend 3000 within a month',
};

export const milestones: JsonObject[] = [
  { id: 71, name: 'First thousand', valueType: 'ABSOLUTE', definedValue: '1000.000', achievedDate: 1750224535590 },
];

export const customFieldsSample: JsonObject[] = [{ key: 'dietary_note', value: PLANTED.customField }];
