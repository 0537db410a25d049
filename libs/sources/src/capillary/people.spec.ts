import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/core';
import { CATALOGUE } from './catalogue/catalogue.js';
import { customerIdsOf } from './people.js';
import { capillaryRecipient } from './capillary-recipient.js';

const asha = { customerId: 1, firstName: 'Asha', instore: { mobile: '919000000001', email: 'asha@example.com' } };
const ravi = { customerId: 2, instore: { mobile: '919000000002', email: 'ravi@example.com' } };

describe('customers an event names', () => {
  it.each<[string, JsonObject, string[]]>([
    ['its customer', { customerIdentifiers: asha }, ['1']],
    ['a transfer, sent', { transferReceivingCustomerIdentifiers: ravi, customerIdentifiers: asha }, ['1', '2']],
    ['a transfer, received', { transferInitiatingCustomerIdentifiers: ravi, customerIdentifiers: asha }, ['1', '2']],
    ['a merge', { victimCustomerIdentifiers: ravi, survivorCustomerIdentifiers: asha }, ['1', '2']],
    [
      'a group',
      { primaryMember: { customerIdentifiers: ravi }, memberAdded: { customerIdentifiers: asha } },
      ['1', '2'],
    ],
    [
      'coupons',
      { coupons: [{ customerIdentifiers: asha }, { customerIdentifiers: ravi }, { customerIdentifiers: asha }] },
      ['1', '2'],
    ],
    ['reward orders', { transactionUpdates: [{ customerId: 1 }, { customerId: '2' }] }, ['1', '2']],
    ['an earned badge', { requestAttributes: { body: { customerId: 1 } } }, ['1']],
    ['issued badges', { requestAttributes: { body: { customers: [1, 2] } } }, ['1', '2']],
    ['goodwill points', { requestAttributes: { body: { earningEntityType: 'CUSTOMER', earningEntityId: 1 } } }, ['1']],
    ['an entity without a customer', { entityInformation: { entityType: 'USER', entityId: 1 } }, ['1']],
    ['an entity of another kind', { entityInformation: { entityType: 'USER_GROUP2', entityId: 1 } }, []],
    ['an activity', { triggeringActivity: { identifiers: [{ key: 'CustomerId', value: '1' }] } }, ['1']],
    [
      'a transfer whose own customer is only in the entity',
      {
        customerIdentifiers: { instore: {} },
        entityInformation: { entityType: 'USER', entityId: 1 },
        transferReceivingCustomerIdentifiers: ravi,
      },
      ['1', '2'],
    ],
    ['floats and text', { customerIdentifiers: { customerId: '1.0' }, a: { customerId: 1 } }, ['1']],
    ['nobody', { customerIdentifiers: { customerId: -1 }, a: { customerId: 0 }, b: { customerId: null } }, []],
  ])('%s', (_, data, expected) => {
    expect(customerIdsOf(data)).toEqual(expected);
  });

  it('are limited to twenty', () => {
    const coupons = Array.from({ length: 50 }, (_, index) => ({ customerIdentifiers: { customerId: index + 1 } }));
    expect(customerIdsOf({ coupons })).toHaveLength(20);
  });

  it('are found in every sample that has one', () => {
    const without = CATALOGUE.filter(({ sample }) => customerIdsOf(sample ?? {}).length === 0).map(({ type }) => type);
    expect(without.sort()).toEqual(
      [
        ...['cardUpdated', 'promotionCreated', 'promotionUpdated', 'requestWorkflowEvent'],
        ...['rewardCreated', 'rewardExpiryReminder', 'rewardUpdated'],
      ].sort(),
    );
  });
});

describe('the recipient in an event', () => {
  const names = { firstName: 'Asha' };

  it.each<[string, JsonObject, JsonObject]>([
    [
      'in-store identifiers',
      { customerIdentifiers: asha },
      { phone: '+919000000001', email: 'asha@example.com', ...names },
    ],
    [
      'own customer of a transfer',
      { customerIdentifiers: asha, transferReceivingCustomerIdentifiers: ravi },
      { phone: '+919000000001', email: 'asha@example.com', ...names },
    ],
    ['never the second person', { transferReceivingCustomerIdentifiers: ravi }, {}],
    [
      'a new member',
      { memberAdded: { firstName: 'Asha', customerIdentifiers: ravi } },
      { phone: '+919000000002', email: 'ravi@example.com', ...names },
    ],
    ['a name in data', { firstName: 'Asha', lastName: '', customerIdentifiers: {} }, names],
    ['a number', { customerIdentifiers: { instore: { mobile: 919000000001 } } }, { phone: '+919000000001' }],
    [
      'a number with a plus',
      { customerIdentifiers: { instore: { mobile: '+15005550006' } } },
      { phone: '+15005550006' },
    ],
    ['a leading zero', { customerIdentifiers: { instore: { mobile: '09000000001' } } }, { phone: '09000000001' }],
    ['a hash', { customerIdentifiers: { instore: { mobile: 'e59b1f', email: '' } } }, { phone: 'e59b1f' }],
    [
      'another channel',
      {
        customerIdentifiers: {
          wechat: { accounts: [{ identifiers: [{ identifierType: 'Mobile', identifierValue: '919000000001' }] }] },
        },
      },
      { phone: '+919000000001' },
    ],
    ['a language', { extendedFields: [{ key: 'PreferredLanguage', value: 'ar' }] }, { locale: 'ar' }],
    ['nothing', { customerIdentifiers: { instore: 'x', wechat: { accounts: 'y' } } }, {}],
  ])('%s', (_, data, expected) => {
    expect(capillaryRecipient(data)).toEqual(expected);
  });
});
