import type { EventGroup } from './event-type.js';
import { code, day, decimal, flag, freeText, id, list, moment, number, object, unknownContent } from './field.js';
import {
  billReference,
  customerIdentifiers,
  entityInformation,
  program,
  promotionDetails,
  redemptionFromEarningPrograms,
  triggeringActivity,
} from './shared-fields.js';
import { activity, customer, entity, PLANTED, programSample } from './shared-samples.js';

const balances = { programCurrentPoints: number(), programLifetimePoints: number() };
const balancesSample = { programCurrentPoints: 120, programLifetimePoints: 320 };

const promotionalPoints = {
  promotionName: code(),
  promotionIdentifier: id(),
  promotionType: code(),
  promotionPoints: number(),
};
const promotionalPointsSample = { promotionIdentifier: '80542', promotionType: 'BILL_PROMOTION', promotionPoints: 20 };

const reversedSplit = object({ available: number(), expired: number() });

/** Event types of Capillary's page "Loyalty events", section points, except transfers. */
export const points: EventGroup = {
  group: 'Points',
  types: [
    {
      type: 'pointsIssued',
      label: 'Points issued',
      fields: {
        ...program,
        ...balances,
        totalPointsIssued: number(),
        regularPointsIssued: number(),
        regularPointsBreakup: list(object({ points: number(), expiryAt: day() })),
        promotionalPointsIssued: list(object({ ...promotionalPoints, promotionPointsExpiryDate: day() })),
        promisedPointsIssued: list(
          object({
            promisedPoints: number(),
            isExternalTriggerBased: flag(),
            promisedPointsConversionDate: day(),
            promotionIdentifier: id(),
          }),
        ),
        AvailablePointsBalance: number(),
        behavioralEventAttributes: unknownContent(),
      },
      sample: {
        ...programSample('TransactionAdd'),
        ...balancesSample,
        totalPointsIssued: 120,
        regularPointsIssued: 100,
        regularPointsBreakup: [{ points: 100, expiryAt: '2026-06-29' }],
        promotionalPointsIssued: [{ ...promotionalPointsSample, promotionPointsExpiryDate: '2026-06-29' }],
        promisedPointsIssued: [
          { promisedPoints: 50, isExternalTriggerBased: false, promisedPointsConversionDate: '2025-07-18' },
        ],
      },
    },
    {
      type: 'pointsRedeemed',
      label: 'Points redeemed',
      fields: {
        ...program,
        totalPointsRedeemed: number(),
        redemptionSummaryId: id(),
        redeemedPointsCurrencyValue: number(),
        redemptionNotes: freeText(),
        redemptionBillNumber: id(),
        isGroupRedemption: flag(),
        redemptionFromEarningPrograms,
        AvailablePointsBalance: number(),
      },
      sample: {
        ...programSample('PointsRedemption'),
        totalPointsRedeemed: 40,
        redemptionSummaryId: 8768,
        redeemedPointsCurrencyValue: 8,
        redemptionNotes: PLANTED.freeText,
        redemptionBillNumber: 'BILL-20250618-98',
        isGroupRedemption: false,
        redemptionFromEarningPrograms: [{ programId: 3007, pointsRedeemed: 40, programCurrentPoints: 80 }],
      },
    },
    {
      type: 'promisedToCurrentPointsConversion',
      label: 'Promised points became available',
      fields: {
        ...program,
        ...balances,
        pointsConverted: number(),
        pointsConvertedType: code(),
        pointsConversionSource: code(),
        billId: id(),
        eventLogId: id(),
        eventDateTime: moment(),
        earningActivityReference: list(
          object({
            name: code(),
            enteredAt: moment(),
            pointsConverted: number(),
            identifiers: list(object({ key: code(), value: unknownContent() })),
          }),
        ),
        pointsConvertedBreakup: list(
          object({
            entityName: code(),
            entityDetails: object(billReference),
            promotionalPointsBreakup: list(
              object({
                points: decimal(),
                programId: id(),
                promotionId: id(),
                promotionName: code(),
                promotionDetails,
              }),
            ),
            nonPromotionalPointsBreakup: list(object({ points: decimal(), programId: id() })),
          }),
        ),
      },
      sample: {
        ...programSample('DelayedAccrual'),
        ...balancesSample,
        pointsConverted: 50,
        earningActivityReference: [
          {
            name: 'TransactionAdd',
            enteredAt: 1747632535590,
            pointsConverted: 50,
            identifiers: [{ key: 'billNumber', value: 'BILL-20250618-17' }],
          },
        ],
      },
    },
    {
      type: 'pointsExpired',
      label: 'Points expired',
      fields: { ...program, pointsExpired: number() },
      sample: { ...programSample('PointsExpiry'), pointsExpired: 30 },
    },
    {
      type: 'pointsExpiryReminder',
      label: 'Points about to expire',
      fields: { ...program, pointsScheduledForExpiry: number(), scheduledExpiryDate: day() },
      sample: { ...programSample('PointsExpiry'), pointsScheduledForExpiry: 300, scheduledExpiryDate: '2025-07-19' },
    },
    {
      type: 'redeemedPointsReversed',
      label: 'Redemption of points reversed',
      fields: {
        ...program,
        redeemedPointsReversed: number(),
        redeemedPointsReversedDetails: reversedSplit,
        redemptionSummaryId: id(),
        redemptionReversalToEarningPrograms: list(
          object({
            programId: id(),
            redeemedPointsReversed: number(),
            redeemedPointsReversedDetails: reversedSplit,
            programCurrentPoints: number(),
          }),
        ),
      },
      sample: {
        ...programSample('PointsRedemptionReversal'),
        redeemedPointsReversed: 40,
        redeemedPointsReversedDetails: { available: 40, expired: 0 },
        redemptionSummaryId: 8768,
        redemptionReversalToEarningPrograms: [
          {
            programId: 3007,
            redeemedPointsReversed: 40,
            redeemedPointsReversedDetails: { available: 40, expired: 0 },
            programCurrentPoints: 120,
          },
        ],
      },
    },
    {
      type: 'issuedPointsReversed',
      label: 'Issued points taken back',
      fields: {
        ...program,
        ...balances,
        totalIssuedPointsReversed: number(),
        regularPointsReversed: number(),
        promisedPointsReversed: number(),
        promotionalPointsReversed: list(object(promotionalPoints)),
        currentEventTotalPointsReturned: number(),
        currentEventRegularPointsReturned: number(),
        currentEventPromisedPointsReturned: number(),
        currentEventPromotionPointsReturnedDetails: list(object(promotionalPoints)),
      },
      sample: {
        ...programSample('ReturnBill'),
        ...balancesSample,
        totalIssuedPointsReversed: 120,
        regularPointsReversed: 100,
        promisedPointsReversed: 0,
        promotionalPointsReversed: [promotionalPointsSample],
      },
    },
    {
      type: 'singlePointsExpiryUpdated',
      label: 'Expiry of one issue of points changed',
      fields: {
        customerIdentifiers,
        entityInformation,
        triggeringActivity,
        updatedPointsExpiry: list(
          object({
            programId: id(),
            points: number(),
            pointsType: code(),
            oldExpiryDate: day(),
            newExpiryDate: day(),
          }),
        ),
      },
      sample: {
        customerIdentifiers: customer,
        entityInformation: entity,
        triggeringActivity: activity('ManualPointsAdjustment'),
        updatedPointsExpiry: [
          {
            programId: 3007,
            points: 100,
            pointsType: 'REGULAR',
            oldExpiryDate: '2025-06-29',
            newExpiryDate: '2025-12-29',
          },
        ],
      },
    },
    {
      type: 'pointsExpiryChange',
      label: 'Expiry of points changed',
      fields: {
        ...program,
        updatedPointsExpiryBreakup: list(
          object({
            pointAwardedRefID: id(),
            pointsAwardedRefType: code(),
            promotionID: id(),
            points: number(),
            pointsPreviousExpiryDate: day(),
            expiryUpdateReasonType: code(),
            expiryUpdateReasonNote: freeText(),
            newExpiryDate: day(),
            newExpirySetType: code(),
          }),
        ),
      },
      sample: {
        ...programSample('TierReassessment'),
        updatedPointsExpiryBreakup: [
          {
            pointAwardedRefID: 5511,
            pointsAwardedRefType: 'POINTS_AWARDED',
            promotionID: -1,
            points: 100,
            pointsPreviousExpiryDate: '2025-06-29',
            expiryUpdateReasonType: 'TIER_CHANGE',
            expiryUpdateReasonNote: PLANTED.freeText,
            newExpiryDate: '2025-12-29',
            newExpirySetType: 'EXTENDED',
          },
        ],
      },
    },
    {
      type: 'manualPointsAdjustment',
      label: 'Points adjusted by hand',
      fields: {
        customerIdentifiers,
        triggeringActivity,
        totalPoinstDeducted: decimal("Capillary's own spelling"),
        programPointsSplit: list(
          object({ pointsAwardedId: id(), programId: id(), points: decimal(), pointsType: code() }),
        ),
        reason: freeText(),
      },
      sample: {
        customerIdentifiers: customer,
        triggeringActivity: activity('ManualPointsAdjustment'),
        totalPoinstDeducted: '25.000',
        programPointsSplit: [{ pointsAwardedId: 5511, programId: 3007, points: '25.000', pointsType: 'REGULAR' }],
        reason: PLANTED.freeText,
      },
    },
  ],
};
