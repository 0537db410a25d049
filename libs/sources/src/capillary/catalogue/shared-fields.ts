/**
 * Objects that many event types share, from the samples of Capillary's event schema pages (customer, rewards, loyalty,
 * promotions, incentives). `toabao` is Capillary's own spelling.
 */
import {
  code,
  day,
  decimal,
  flag,
  id,
  list,
  map,
  moment,
  number,
  object,
  personal,
  personalId,
  unknownContent,
  type Field,
  type Fields,
} from './field.js';

const channel = object({
  accounts: list(
    object({
      accountId: id("The brand's own account at the channel"),
      identifiers: personal(list(object({ identifierType: code(), identifierValue: id() }))),
    }),
  ),
});

const instore = personal(
  object({
    id: id(),
    mobile: id('Digits with the country code, without +'),
    email: code(),
    externalId: id(),
    cardnumber: id(),
    cardexternalid: id(),
    cardNumbers: list(id()),
  }),
);

/** Identifiers of a person. Only the platform's customer id is safe. */
export const customerIdentifiers = object({
  customerId: id("The customer's number at the platform"),
  loyaltyType: code(),
  firstName: personal(code()),
  lastName: personal(code()),
  instore,
  // The key `Instore` is the spelling of one of Capillary's pages.
  Instore: instore,
  facebook: channel,
  web_engage: channel,
  wechat: channel,
  martjack: channel,
  tmall: channel,
  toabao: channel,
  jd: channel,
  ecommerce: channel,
  website: channel,
  line: channel,
});

export const entityInformation = object({ entityType: code('USER, …'), entityId: id() });

const namedCode = { code: code(), name: code() };

/** Author of an entry. The fields of till and store occur only if the brand enabled their enrichment. */
export const enteredBy = object({
  id: id('-1 if the till is unknown'),
  till: object(namedCode),
  store: object({ ...namedCode, externalId: id(), externalId1: id(), externalId2: id() }),
  user: object({ username: personal(code()) }),
  entityInformation,
});

/**
 * Cause of the event. The identifiers of the cause may contain free text, so their values are personal. `cancelOn`
 * compares them.
 */
export const triggeringActivity = object({
  name: code('TransactionAdd, PointsRedemption, ReturnBill, …'),
  requestId: id(),
  // Field name in one printed sample of pointsRedeemed.
  enteredAt: enteredBy,
  identifiers: list(object({ key: code(), value: personalId() })),
  enteredBy,
  entityInformation,
  additionalAttributes: unknownContent(),
});

/** Custom and extended fields, whose content the brand chooses. */
export const customFields: Field = unknownContent();

export const loyaltyProgramDetails = object({
  id: id(),
  name: code(),
  isDefault: flag(),
  pointsToCurrencyRatio: number(),
  tiers: list(object({ tierNumber: number(), tierName: code() })),
});

/** First fields of most loyalty program events. */
export const program: Fields = {
  customerIdentifiers,
  entityInformation,
  triggeringActivity,
  loyaltyProgramDetails,
  loyaltyProgramId: id(),
  loyaltyEventId: id(),
};

export const redemptionFromEarningPrograms = list(
  object({ programId: id(), pointsRedeemed: number(), programCurrentPoints: number() }),
);

export const linkedTargets = map(list(id()));

export const restrictions = list(
  object({
    limitOn: code(),
    kpi: code(),
    restrictionType: code(),
    periodType: code(),
    periodUnit: code(),
    maxLimit: number(),
    restrictionRefreshDate: day(),
  }),
);

/** Promotion, with the field names of conversion events. */
export const promotionDetails = list(
  object({
    promotionId: id(),
    promotionIdentifier: id(),
    promotionName: code(),
    promotionDescription: code(),
    promotionType: code(),
    promotionStartDate: day(),
    promotionEndDate: day(),
    pointsOfferType: code(),
    programId: id(),
    issueRestrictions: restrictions,
    earnRestrictions: restrictions,
    redemptionRestrictions: restrictions,
    linkedTargetGroupVsTargetRuleIdMap: linkedTargets,
    customFields,
  }),
);

export const billReference = { id: id(), billNumber: id(), itemCode: code(), billDate: moment() };

export const targetDetails = object({
  id: id(),
  name: code(),
  targetGroupId: id(),
  targetGroupName: code(),
  targetPeriodId: id(),
  targetPeriodName: code(),
  description: code(),
});

export const milestoneDetails = list(
  object({ id: id(), name: code(), valueType: code(), definedValue: decimal(), achievedDate: moment() }),
);

export const updatedFields = list(
  object({
    fieldName: code(),
    fieldType: code(),
    source: code(),
    accountId: id(),
    previousValue: unknownContent(),
    currentValue: unknownContent(),
  }),
);

/** Member of a user group. */
export const groupMember = object({
  role: code(),
  firstName: personal(code()),
  lastName: personal(code()),
  customerIdentifiers,
});

export const couponSeries = object({
  id: id(),
  description: code(),
  seriesType: code(),
  clientHandlingType: code(),
  valid_till: moment(),
  discount_code: code(),
  discount_type: code('ABS or PERC'),
  discount_value: number(),
});

/** Media file of a reward. Its pre-signed URL is personal, because anybody who has the URL can open the file. */
const media = { id: id(), name: code(), url: personal(code()) };

/** Reward of the brand's catalogue. */
export const reward: Fields = {
  rewardId: id(),
  type: code(),
  enabled: flag(),
  redemptionType: code(),
  startDate: moment(),
  endDate: moment(),
  intouchPoints: number(),
  intouchSeriesId: id(),
  priority: number(),
  tier: code(),
  group: code(),
  label: code(),
  programId: id(),
  categories: list(id()),
  geographies: list(object({ countryId: id(), cityId: id(), areaId: id() })),
  rewardDetails: list(
    object({
      languageCode: code(),
      name: code(),
      description: code(),
      termAndConditionsId: id(),
      termAndConditionsUrl: personal(code()),
      imageId: id(),
      imageUrl: personal(code()),
      thumbnailId: id(),
      thumbnailUrl: personal(code()),
      images: list(object(media)),
      videos: list(object({ ...media, isExternal: flag() })),
    }),
  ),
  vendorDetails: object({ id: id(), name: code() }),
  vendorRedemptionDetails: object({ id: id(), name: code() }),
  paymentModes: list(object({ id: id(), paymentMode: code(), conv_ratio: number() })),
};
