import type { EventGroup } from './event-type.js';
import { code, freeText, id, list, moment, object, unknownContent } from './field.js';
import { customerIdentifiers, enteredBy, updatedFields } from './shared-fields.js';
import { CUSTOMER_ID, customer, PLANTED, store } from './shared-samples.js';

/** Event types of Capillary's pages "Request updated" and "Advanced request workflows". */
export const requests: EventGroup = {
  group: 'Requests',
  types: [
    {
      type: 'requestUpdated',
      label: 'Request updated, including deletion of personal data',
      fields: {
        requestType: code('CUSTOMER, …'),
        requestBaseType: code('DELETE, …'),
        requestTrackingId: id(),
        status: code('SUCCESS, …'),
        comments: freeText(),
        updatedAt: moment(),
        updatedBy: enteredBy,
        customerIdentifiers,
        updatedFields,
        associatedEntityFields: list(object({ fieldName: code(), fieldValue: unknownContent() })),
      },
      sample: {
        requestType: 'CUSTOMER',
        requestBaseType: 'DELETE',
        requestTrackingId: 3300441,
        status: 'SUCCESS',
        comments: PLANTED.freeText,
        updatedAt: 1750224530000,
        updatedBy: { ...store, user: { username: PLANTED.username } },
        customerIdentifiers: customer,
        updatedFields: [
          { fieldName: 'email', previousValue: PLANTED.previousValue, currentValue: PLANTED.currentValue },
        ],
        associatedEntityFields: [{ fieldName: 'mobile', fieldValue: PLANTED.mobile }],
      },
    },
    {
      type: 'requestWorkflowEvent',
      label: 'Request waits, is approved or rejected',
      fields: {
        requestId: id(),
        requestType: code('POINTS_REDEMPTION, EARN_BADGE, …'),
        requesterId: id('A member of staff'),
        checkerId: id('A member of staff'),
        currentRequestState: code('AdminTask, approved, rejected or failed'),
        previousRequestState: code(),
        updateTime: moment(),
        comment: freeText(),
        reason: freeText(),
        // The field contains the API request that caused the event, including the mobile number.
        requestAttributes: unknownContent(),
      },
      sample: {
        requestId: '11111111-2222-4333-8444-555555555555',
        requestType: 'POINTS_REDEMPTION',
        requesterId: 8801,
        currentRequestState: 'AdminTask',
        updateTime: 1750224530000,
        requestAttributes: {
          queryParams: { format: 'json' },
          body: {
            root: { redeem: { points_redeemed: '100', customer: { mobile: PLANTED.mobile }, notes: PLANTED.freeText } },
          },
        },
      },
    },
  ],
};

/** Event type of Capillary's page "Communication events", which has a schema but no sample. */
export const communication: EventGroup = {
  group: 'Communication',
  types: [
    {
      type: 'communicationMessageUndelivered',
      label: 'Message could not be delivered',
      fields: {
        deliveryFailureStatus: code('HARD_BOUNCED, DND_BLOCKED, TIMEOUT, …'),
        deliveryFailureReason: freeText(),
        errorDescription: freeText(),
        errorCode: id(),
        // Capillary does not publish the schema of this field.
        baseAttributes: unknownContent(),
      },
      sample: {
        deliveryFailureStatus: 'HARD_BOUNCED',
        deliveryFailureReason: PLANTED.freeText,
        errorDescription: `550 no such user ${PLANTED.email}`,
        errorCode: '550',
        baseAttributes: { customerId: CUSTOMER_ID, channel: 'EMAIL', recipient: PLANTED.email },
      },
    },
  ],
};
