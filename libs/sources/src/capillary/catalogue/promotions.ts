import type { EventGroup } from './event-type.js';
import { code, day, id, list, moment, number, object } from './field.js';
import {
  customerIdentifiers,
  customFields,
  enteredBy,
  linkedTargets,
  restrictions,
  triggeringActivity,
} from './shared-fields.js';
import { activity, customer, customFieldsSample, store } from './shared-samples.js';

/** Fields of events about a promotion that was created or changed. These events name no customer. */
const definition = {
  loyaltyProgramId: id(),
  promotionId: id(),
  promotionName: code(),
  promotionStartDate: moment(),
  promotionEndDate: moment(),
  externalIdentifier: id("The brand's own id of the promotion"),
  type: code(),
  status: code(),
  sourceType: code(),
  description: code(),
  customFields,
  linkedEventId: id(),
  linkedEventName: code(),
  linkedTargetGroupVsTargetRuleIdMap: linkedTargets,
  createdOn: moment(),
  updatedOn: moment(),
  updatedBy: id(),
  loyaltyEventId: id(),
  triggeringActivity,
};
const definitionSample = {
  loyaltyProgramId: 2568,
  promotionId: 910060,
  promotionName: 'Summer double points',
  promotionStartDate: 1748736000000,
  promotionEndDate: 1751327999999,
  externalIdentifier: '',
  type: 'CUSTOMER',
  status: 'ACTIVE',
  sourceType: 'UI',
  description: 'Double points in June',
  customFields: [],
  linkedEventId: '25',
  linkedEventName: 'TargetCompleted',
  createdOn: 1748000000000,
  updatedOn: 1748000000000,
  updatedBy: 80020046,
};

const promotion = {
  customerIdentifiers,
  loyaltyProgramId: id(),
  promotionId: id(),
  promotionName: code(),
  promotionDescription: code(),
  promotionStartDate: day(),
  promotionEndDate: day(),
  customFields,
  redemptionRestrictions: restrictions,
  triggeringActivity,
};
const promotionSample = {
  customerIdentifiers: customer,
  loyaltyProgramId: 2568,
  promotionId: 910060,
  promotionName: 'Summer double points',
  promotionDescription: 'Double points in June',
  promotionStartDate: '2025-06-01',
  promotionEndDate: '2025-06-30',
  customFields: customFieldsSample,
  redemptionRestrictions: [
    { limitOn: '', kpi: 'MAX_REDEMPTIONS_PER_EARN_PER_CUSTOMER', restrictionType: 'NON_PERIOD_BASED', maxLimit: 3 },
  ],
  triggeringActivity: activity('IssuePromotionForEntityEvent'),
};

const origin = {
  linkedTargetGroupVsTargetRuleIdMap: linkedTargets,
  pointsOfferType: code(),
  promotionEarnSource: code(),
  issualId: id(),
};

/** Event types of Capillary's page "Loyalty and cart promotion events", loyalty part. */
export const loyaltyPromotions: EventGroup = {
  group: 'Loyalty promotions',
  types: [
    { type: 'promotionCreated', label: 'Promotion created', fields: definition, sample: definitionSample },
    { type: 'promotionUpdated', label: 'Promotion updated', fields: definition, sample: definitionSample },
    {
      type: 'promotionIssued',
      label: 'Promotion issued to a customer',
      fields: {
        ...promotion,
        ...origin,
        issueRestrictions: restrictions,
        promotionIssuedDate: day(),
        promotionIssuedExpiryDate: day(),
      },
      sample: {
        ...promotionSample,
        pointsOfferType: 'GENERIC',
        issualId: 2901,
        promotionIssuedDate: '2025-06-18',
        promotionIssuedExpiryDate: '2025-06-30',
      },
    },
    {
      type: 'promotionEarned',
      label: 'Promotion earned by a customer',
      fields: {
        ...promotion,
        ...origin,
        earnedId: id(),
        earnCriteria: code(),
        earnRestrictions: restrictions,
        promotionEarnedDate: day(),
        promotionEarnedExpiryDate: day(),
      },
      sample: {
        ...promotionSample,
        pointsOfferType: 'GENERIC',
        issualId: 2901,
        earnedId: 2522,
        promotionEarnedDate: '2025-06-18',
        promotionEarnedExpiryDate: '2025-06-30',
        earnRestrictions: [{ limitOn: 'CUSTOMER', kpi: 'MAX_NUMBER_OF_EARNS_PER_CUSTOMER', maxLimit: 3 }],
      },
    },
    {
      type: 'revokeIssuedPromotion',
      label: 'Issued promotion revoked',
      fields: {
        ...promotion,
        issueRestrictions: restrictions,
        promotionIssuedDate: day(),
        promotionIssuedExpiryDate: day(),
        revokedIssualId: id(),
      },
      sample: { ...promotionSample, promotionIssuedDate: '2025-06-18', revokedIssualId: 2901 },
    },
    {
      type: 'revokeEarnedPromotion',
      label: 'Earned promotion revoked',
      fields: {
        ...promotion,
        earnRestrictions: restrictions,
        revokedEarnedPromotionDetails: list(
          object({ revokedEarnedId: id(), promotionEarnedDate: day(), promotionEarnedExpiryDate: day() }),
        ),
      },
      sample: {
        ...promotionSample,
        revokedEarnedPromotionDetails: [
          { revokedEarnedId: 2522, promotionEarnedDate: '2025-06-18', promotionEarnedExpiryDate: '2025-06-30' },
        ],
      },
    },
  ],
};

const cart = { customerIdentifiers, promotionId: id() };
const cartSample = { customerIdentifiers: customer, promotionId: '64f1a2b3c4d5e6f708192a3b' };

const applied = list(
  object({
    promotionId: id(),
    earnId: id(),
    redemptionCount: number(),
    redemptionType: code(),
    discount: number(),
    discountAppliedOnQuantity: number(),
  }),
);
const appliedSample = [
  {
    promotionId: '64f1a2b3c4d5e6f708192a3b',
    earnId: '64f1a2b3c4d5e6f708192a3c',
    redemptionCount: 1,
    redemptionType: 'CART',
    discount: 50,
    discountAppliedOnQuantity: 0,
  },
];

/** Event types of Capillary's page "Loyalty and cart promotion events", cart part. */
export const cartPromotions: EventGroup = {
  group: 'Cart promotions',
  types: [
    {
      type: 'cartPromotionIssued',
      label: 'Cart promotion issued',
      fields: { ...cart, issueId: id(), issueDate: day() },
      sample: { ...cartSample, issueId: '64f1a2b3c4d5e6f708192a3d', issueDate: '2025-06-18T05:28:55Z' },
    },
    {
      type: 'cartPromotionEarned',
      label: 'Cart promotion earned',
      fields: { ...cart, issueId: id(), issueDate: day(), earnId: id(), earnedTime: day() },
      sample: { ...cartSample, earnId: '64f1a2b3c4d5e6f708192a3c', earnedTime: '2025-06-18T05:28:55Z' },
    },
    {
      type: 'cartPromotionRedeemed',
      label: 'Cart promotion redeemed',
      fields: {
        customerIdentifiers,
        addedBy: enteredBy,
        redemptionDateTime: day(),
        transactionIdentifier: id(),
        appliedPromotions: applied,
        lineItemInfo: list(object({ sku: id(), productId: id(), appliedPromotions: applied })),
      },
      sample: {
        customerIdentifiers: customer,
        addedBy: store,
        redemptionDateTime: '2025-06-18T05:28:55Z',
        transactionIdentifier: 'BILL-20250618-29',
        appliedPromotions: appliedSample,
        lineItemInfo: [{ sku: 'SKU-1', productId: '77', appliedPromotions: appliedSample }],
      },
    },
    {
      type: 'cartPromotionRevoked',
      label: 'Cart promotion revoked',
      fields: { ...cart, earnId: id() },
      sample: { ...cartSample, earnId: '64f1a2b3c4d5e6f708192a3c' },
    },
  ],
};
