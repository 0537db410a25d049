import type { EventGroup } from './event-type.js';
import { id, list, number, object } from './field.js';
import {
  customerIdentifiers,
  enteredBy,
  entityInformation,
  loyaltyProgramDetails,
  program,
  redemptionFromEarningPrograms,
  triggeringActivity,
} from './shared-fields.js';
import {
  activity,
  customer,
  OTHER_CUSTOMER_ID,
  otherCustomer,
  programDetails,
  programSample,
  store,
} from './shared-samples.js';

const otherEntity = { entityType: 'USER', entityId: OTHER_CUSTOMER_ID };

/**
 * Event types of Capillary's page "Loyalty events", sections points transfer and customer merge. Each of these events
 * names two people.
 */
export const transfersAndMerge: EventGroup = {
  group: 'Points transfer and merge',
  types: [
    {
      type: 'pointsTransferredInitiated',
      label: 'Points sent to another customer',
      fields: {
        ...program,
        totalPointsTransferred: number(),
        transferReceivingCustomerIdentifiers: customerIdentifiers,
        transferReceivingEntityInformation: entityInformation,
        redemptionFromEarningPrograms,
      },
      sample: {
        ...programSample('PointsTransfer'),
        totalPointsTransferred: 10,
        transferReceivingCustomerIdentifiers: otherCustomer,
        transferReceivingEntityInformation: otherEntity,
        redemptionFromEarningPrograms: [{ programId: 3007, pointsRedeemed: 10, programCurrentPoints: 110 }],
      },
    },
    {
      type: 'pointsTransferredReceived',
      label: 'Points received from another customer',
      fields: {
        ...program,
        totalPointsTransferred: number(),
        transferInitiatingCustomerIdentifiers: customerIdentifiers,
        transferInitiatingEntityInformation: entityInformation,
      },
      sample: {
        ...programSample('PointsTransfer'),
        totalPointsTransferred: 10,
        transferInitiatingCustomerIdentifiers: otherCustomer,
        transferInitiatingEntityInformation: otherEntity,
      },
    },
    {
      type: 'loyaltyCustomerMerge',
      label: 'Two customers merged into one',
      fields: {
        survivorCustomerIdentifiers: customerIdentifiers,
        victimCustomerIdentifiers: customerIdentifiers,
        triggeringActivity,
        loyaltyProgramDetails,
        enteredBy,
        survivorCustomerLoyaltySummary: list(
          object({
            loyaltyProgramId: id(),
            lifetimePoints: number(),
            currentPoints: number(),
            promisedPoints: number(),
            tierNumber: number(),
          }),
        ),
      },
      sample: {
        survivorCustomerIdentifiers: customer,
        victimCustomerIdentifiers: otherCustomer,
        triggeringActivity: activity('customerMerge'),
        loyaltyProgramDetails: programDetails,
        enteredBy: store,
        survivorCustomerLoyaltySummary: [
          { loyaltyProgramId: 3007, lifetimePoints: 320, currentPoints: 120, promisedPoints: 0, tierNumber: 2 },
        ],
      },
    },
  ],
};
