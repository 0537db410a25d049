import type { EventGroup } from './event-type.js';
import { code, id, list, moment, object } from './field.js';
import { couponSeries, customerIdentifiers, enteredBy } from './shared-fields.js';
import { customer, customerIdOnly, store } from './shared-samples.js';

const seriesSample = {
  id: 41001,
  description: 'Welcome voucher',
  seriesType: 'LOYALTY',
  clientHandlingType: 'DISC_CODE',
  valid_till: 1767225599000,
  discount_code: 'NO_VALUE',
  discount_type: 'ABS',
  discount_value: 500,
};

const issue = {
  addedAt: moment(),
  addedBy: enteredBy,
  coupons: list(object({ id: id(), code: code(), valid_till: moment(), issued_on: moment(), customerIdentifiers })),
  series_info: couponSeries,
  issualType: code(),
};

const couponSample = {
  id: 55001201,
  code: 'SPRING-7Q2X',
  valid_till: 1767225599000,
  issued_on: 1750224530000,
  customerIdentifiers: customerIdOnly,
};

const issueSample = {
  addedAt: 1750224530000,
  addedBy: store,
  coupons: [couponSample],
  series_info: seriesSample,
  issualType: 'SINGLE',
};

/**
 * Event types of Capillary's page "Incentive events", section coupons. Capillary itself capitalises the names of these
 * event types and uses snake case for fields.
 */
export const coupons: EventGroup = {
  group: 'Coupons',
  types: [
    { type: 'CouponIssue', label: 'Coupon issued', fields: issue, sample: issueSample },
    {
      // Capillary's page lists the name IssueBulkCoupon, but the sample of a bulk issue is named CouponIssue and
      // contains up to ten coupons.
      type: 'IssueBulkCoupon',
      label: 'Coupons issued in bulk',
      fields: issue,
      sample: { ...issueSample, coupons: [couponSample, { ...couponSample, id: 55001202, code: 'SPRING-8R3Y' }] },
    },
    {
      type: 'CouponRedeem',
      label: 'Coupon redeemed',
      fields: {
        addedAt: moment(),
        addedBy: enteredBy,
        coupon: object({
          id: id(),
          code: code(),
          redemptionId: id(),
          redemptionDate: moment(),
          series_info: couponSeries,
        }),
        customerIdentifiers,
        transaction: object({ bill_id: id(), number: id() }),
      },
      sample: {
        addedAt: 1750224530000,
        addedBy: store,
        coupon: {
          id: 55001201,
          code: 'SPRING-7Q2X',
          redemptionId: 77003301,
          redemptionDate: 1750224530000,
          series_info: seriesSample,
        },
        customerIdentifiers: customer,
        transaction: { bill_id: 6600112233, number: 'BILL-20250618-29' },
      },
    },
  ],
};
