import type { EventGroup } from './event-type.js';
import { code, freeText, id, list, moment, number, object } from './field.js';
import { customerIdentifiers, customFields, enteredBy, triggeringActivity } from './shared-fields.js';
import { activity, customer, customFieldsSample, PLANTED, store } from './shared-samples.js';

const bill = {
  amount: number('Positive for returns too'),
  grossAmount: number(),
  discount: number(),
  currencyCode: code('May be a single blank'),
  billNumber: id(),
  billClientId: id(),
  billType: code('REGULAR, MIXED or RETURN'),
  billDate: moment(),
  transactionId: id(),
  deliveryStatus: code(),
  outlierStatus: code(),
  lineItemCount: number(),
  enteredAt: moment('Business time: epoch milliseconds, on one page seconds'),
  enteredBy,
  customerIdentifiers,
  customFields,
  extendedFields: customFields,
};

const billSample = {
  amount: 50000,
  grossAmount: 50010,
  discount: 10,
  currencyCode: 'INR',
  billNumber: 'BILL-20250618-29',
  billClientId: 'pos-7',
  billType: 'REGULAR',
  billDate: 1750224530000,
  transactionId: 6600112233,
  deliveryStatus: 'DELIVERED',
  outlierStatus: 'NORMAL',
  lineItemCount: 2,
  enteredAt: 1750224530000,
  enteredBy: store,
  customerIdentifiers: customer,
  customFields: customFieldsSample,
  extendedFields: [],
};

const rejection = {
  customerIdentifiers,
  eventDateTime: moment(),
  billNumber: id(),
  rejectionType: code(),
  retrialCount: number(),
  triggeringActivity,
};

const reasons = list(object({ rejectionReason: freeText(), reasonDetails: freeText() }));

const rejectionSample = {
  customerIdentifiers: customer,
  eventDateTime: '2025-06-18T05:28:55Z',
  billNumber: 'BILL-20250618-29',
  rejectionType: 'FRAUD_CHECK',
  retrialCount: 1,
  triggeringActivity: activity('TransactionAdd'),
};

const reasonsSample = [{ rejectionReason: 'LIMIT', reasonDetails: PLANTED.freeText }];

/** Event types of Capillary's page "Transaction events". */
export const transactions: EventGroup = {
  group: 'Transactions',
  types: [
    { type: 'transactionAdded', label: 'Transaction added', fields: bill, sample: billSample },
    { type: 'transactionUpdated', label: 'Transaction updated', fields: bill, sample: billSample },
    {
      type: 'notInterestedBillAdded',
      label: 'Transaction of a person who is not a customer',
      fields: bill,
      sample: billSample,
    },
    { type: 'retroBillAdded', label: 'Earlier transaction credited', fields: bill, sample: billSample },
    {
      type: 'transactionRejected',
      label: 'Transaction rejected',
      fields: { ...rejection, rejectionDetails: reasons },
      sample: { ...rejectionSample, rejectionDetails: reasonsSample },
    },
    {
      type: 'rejectedTransactionRetrigger',
      label: 'Rejected transaction retried',
      fields: { ...rejection, rejectionDetailsOnRetrigger: reasons, retriggerId: id() },
      sample: { ...rejectionSample, rejectionDetailsOnRetrigger: reasonsSample, retriggerId: 81 },
    },
  ],
};
