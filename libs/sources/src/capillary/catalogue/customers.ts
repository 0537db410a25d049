import type { EventGroup } from './event-type.js';
import { code, freeText, id, list, moment, number, object, personal } from './field.js';
import {
  customerIdentifiers,
  customFields,
  enteredBy,
  groupMember,
  loyaltyProgramDetails,
  triggeringActivity,
  updatedFields,
} from './shared-fields.js';
import {
  activity,
  customer,
  customFieldsSample,
  otherCustomer,
  PLANTED,
  programDetails,
  store,
} from './shared-samples.js';

const profile = {
  loyaltyType: code(),
  source: code('INSTORE, MOBILE_APP, …; case varies'),
  accountId: id(),
  firstName: personal(code()),
  lastName: personal(code()),
  enteredAt: moment(),
  enteredBy,
  customerIdentifiers,
  customFields,
  extendedFields: customFields,
};

const profileSample = {
  loyaltyType: 'loyalty',
  source: 'INSTORE',
  accountId: '',
  firstName: PLANTED.firstName,
  lastName: PLANTED.lastName,
  enteredAt: 1750224530000,
  enteredBy: store,
  customerIdentifiers: customer,
  customFields: customFieldsSample,
  extendedFields: [],
};

/** Event types of Capillary's page "Customer events". */
export const customers: EventGroup = {
  group: 'Customers',
  types: [
    { type: 'customerAdded', label: 'Customer added', fields: profile, sample: profileSample },
    {
      type: 'customerUpdated',
      label: 'Customer updated, or deleted at their request',
      fields: {
        ...profile,
        customerStatus: object({
          previousStatus: code(),
          previousLabel: code(),
          currentStatus: code(),
          currentLabel: code('"Deleted" after a deletion of personal data'),
          reason: freeText(),
        }),
        updatedFields,
        triggeringActivity,
      },
      sample: {
        ...profileSample,
        customerStatus: { previousLabel: 'Inactive', currentLabel: 'Active', reason: PLANTED.freeText },
        updatedFields: [
          {
            fieldName: 'dob',
            fieldType: 'ExtendedField',
            previousValue: PLANTED.previousValue,
            currentValue: PLANTED.currentValue,
          },
        ],
        triggeringActivity: { name: 'PROFILE_UPDATE', requestId: 'REQ-98765' },
      },
    },
    {
      type: 'customerSubscription',
      label: 'Customer opted in or out',
      fields: {
        customerIdentifiers,
        subscriptions: list(
          object({
            channel: code(),
            priority: code(),
            previousStatus: code(),
            currentStatus: code(),
            sourceName: code(),
            sourceAccountId: id(),
            ouId: id(),
            ouCode: code(),
          }),
        ),
      },
      sample: {
        customerIdentifiers: customer,
        subscriptions: [
          {
            channel: 'SMS',
            priority: 'BULK',
            previousStatus: 'OPTIN',
            currentStatus: 'OPTOUT',
            sourceName: 'INSTORE',
            sourceAccountId: '',
            ouId: -1,
            ouCode: '',
          },
        ],
      },
    },
  ],
};

const userGroup = {
  groupId: id(),
  groupName: personal(code()),
  primaryMember: groupMember,
  enteredAt: moment(),
  enteredBy,
};

const userGroupSample = {
  groupId: 4410,
  groupName: PLANTED.groupName,
  primaryMember: {
    role: 'PRIMARY',
    firstName: PLANTED.firstName,
    lastName: PLANTED.lastName,
    customerIdentifiers: customer,
  },
  enteredAt: 1750224530000,
  enteredBy: store,
};

const secondMember = { role: 'MEMBER', firstName: PLANTED.otherFirstName, customerIdentifiers: otherCustomer };

/** Event types of Capillary's page "Customer events", section user groups. */
export const userGroups: EventGroup = {
  group: 'User groups',
  types: [
    { type: 'groupCreated', label: 'User group created', fields: userGroup, sample: userGroupSample },
    { type: 'groupUpdated', label: 'User group updated', fields: userGroup, sample: userGroupSample },
    {
      type: 'groupMemberAdded',
      label: 'User group member added',
      fields: { ...userGroup, memberAdded: groupMember },
      sample: { ...userGroupSample, memberAdded: secondMember },
    },
    {
      type: 'groupMemberRemoved',
      label: 'User group member removed',
      fields: { ...userGroup, memberRemoved: groupMember },
      sample: { ...userGroupSample, memberRemoved: secondMember },
    },
    {
      type: 'pointsContributionToGroup',
      label: 'Points contributed to a user group',
      fields: {
        groupId: id(),
        groupName: personal(code()),
        primaryMember: groupMember,
        contributingMember: groupMember,
        triggeringActivity,
        loyaltyProgramDetails,
        loyaltyProgramId: id(),
        pointsContributedToGroup: number(),
      },
      sample: {
        groupId: 4410,
        groupName: PLANTED.groupName,
        primaryMember: { role: 'PRIMARY', firstName: PLANTED.firstName, customerIdentifiers: customer },
        contributingMember: secondMember,
        triggeringActivity: activity('PointsContributionToGroup'),
        loyaltyProgramDetails: programDetails,
        loyaltyProgramId: 3007,
        pointsContributedToGroup: 40,
      },
    },
  ],
};
