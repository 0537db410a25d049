import type { EventGroup } from './event-type.js';
import { code, freeText, id, list, moment, number, object } from './field.js';
import { customerIdentifiers, customFields, reward } from './shared-fields.js';
import { CUSTOMER_ID, customer, PLANTED } from './shared-samples.js';

const rewardSample = {
  rewardId: 868,
  type: 'VOUCHER',
  enabled: true,
  redemptionType: 'INTOUCH_REWARD',
  startDate: 1748736000000,
  endDate: 1767225599000,
  intouchPoints: 10,
  intouchSeriesId: '2483',
  priority: 1,
  tier: 'SILVER',
  group: 'coffee',
  label: 'Free coffee',
  rewardDetails: [
    {
      languageCode: 'en',
      name: 'Free coffee',
      description: 'One free coffee',
      imageId: 'img-1',
      imageUrl: PLANTED.signedUrl,
      images: [{ name: 'large', id: 'img-2', url: PLANTED.signedUrl }],
    },
  ],
};

/** Event types of Capillary's page "Incentive events", section rewards. */
export const rewards: EventGroup = {
  group: 'Rewards',
  types: [
    { type: 'rewardCreated', label: 'Reward created', fields: reward, sample: rewardSample },
    { type: 'rewardUpdated', label: 'Reward updated', fields: reward, sample: rewardSample },
    {
      type: 'rewardExpiryReminder',
      label: 'Reward about to expire',
      fields: { ...reward, customerIdentifiers },
      sample: rewardSample,
    },
    {
      type: 'rewardIssued',
      label: 'Reward issued to a customer',
      fields: {
        customerIdentifiers,
        rewardId: id(),
        type: code(),
        redemptionType: code(),
        startDate: moment(),
        endDate: moment(),
        issueDateTime: moment(),
        eventDateTime: moment(),
        transactionId: id(),
        intouchPoints: number(),
        intouchSeriesId: id(),
        priority: number(),
        tier: code(),
        group: code(),
        label: code(),
        intouchRewardDetails: object({ intouchCouponCode: code(), codeExpiry: moment() }),
        vendorRewardDetails: object({ vendorVoucher: code() }),
      },
      sample: {
        customerIdentifiers: customer,
        rewardId: 868,
        type: 'VOUCHER',
        redemptionType: 'INTOUCH_REWARD',
        startDate: 1748736000000,
        endDate: 1767225599000,
        intouchPoints: 10,
        intouchSeriesId: '2483',
        priority: 1,
        tier: 'SILVER',
        group: 'coffee',
        label: 'Free coffee',
        intouchRewardDetails: { intouchCouponCode: 'COFFEE-4K9P', codeExpiry: 1767225599000 },
      },
    },
    {
      type: 'issueRewardFailure',
      label: 'Reward could not be issued',
      fields: {
        customerIdentifiers,
        requestId: id(),
        totalPoints: number(),
        erroredSteps: list(
          object({
            name: code(),
            errorMessage: freeText(),
            errorCode: id(),
            rewards: list(
              object({
                id: id(),
                qty: number(),
                points: number(),
                type: code(),
                transactionId: id(),
                rewardReference: id(),
              }),
            ),
          }),
        ),
      },
      sample: {
        customerIdentifiers: customer,
        requestId: 'req-40021',
        totalPoints: 10,
        erroredSteps: [
          {
            name: 'POINTS_REDEMPTION',
            errorMessage: PLANTED.freeText,
            errorCode: 8008,
            rewards: [{ id: 868, qty: 1, points: 10, type: 'VOUCHER', transactionId: '70', rewardReference: 'r-1' }],
          },
        ],
      },
    },
    {
      type: 'updateRewardTransaction',
      label: 'Reward order updated',
      fields: {
        transactionUpdates: list(
          object({
            transactionId: id(),
            rewardId: id(),
            customerId: id(),
            transactionCustomFields: customFields,
            fulfillmentStatus: code(),
          }),
        ),
      },
      sample: {
        transactionUpdates: [
          {
            transactionId: 70,
            rewardId: 868,
            customerId: CUSTOMER_ID,
            transactionCustomFields: { delivery_note: PLANTED.customField },
            fulfillmentStatus: 'DELIVERED',
          },
        ],
      },
    },
  ],
};
