import type { EventGroup } from './event-type.js';
import { code, freeText, id, list, moment, number, object, personal } from './field.js';
import { customerIdentifiers, customFields, triggeringActivity } from './shared-fields.js';
import { activity, customer, PLANTED } from './shared-samples.js';

/** Event types of Capillary's pages "Incentive events", section badges, and "Card events". */
export const badgesAndCards: EventGroup = {
  group: 'Badges and cards',
  types: [
    {
      type: 'badgeEarned',
      label: 'Badge earned',
      fields: {
        customerIdentifiers,
        badgeId: id(),
        issualId: id(),
        issuedOn: moment(),
        earnId: id(),
        earnedOn: moment(),
        earnConstraints: list(
          object({
            constraintLevel: code(),
            constraintType: code(),
            rollType: code(),
            rollValue: number(),
            maxEarnLimit: number(),
            currentEarnCount: number(),
          }),
        ),
        triggeringActivity,
      },
      sample: {
        customerIdentifiers: customer,
        badgeId: 'b00000000000000000000001',
        earnId: 'e00000000000000000000001',
        earnedOn: 1750224530000,
        earnConstraints: [
          {
            constraintLevel: 'CUSTOMER',
            constraintType: 'ROLLING_WINDOW',
            rollType: 'DAYS',
            rollValue: 5,
            maxEarnLimit: 50,
            currentEarnCount: 2,
          },
        ],
        triggeringActivity: activity('TargetCompleted'),
      },
    },
    {
      type: 'cardUpdated',
      label: 'Loyalty card updated',
      fields: {
        cardNumber: personal(id()),
        cardType: code(),
        previousStatusLabel: code(),
        currentStatusLabel: code(),
        previousStatusChangeReason: freeText(),
        currentStatusChangeReason: freeText(),
        previousCustomFields: customFields,
        currentCustomFields: customFields,
        previousExtendedFields: customFields,
        currentExtendedFields: customFields,
      },
      sample: {
        cardNumber: PLANTED.card,
        cardType: 'PHYSICAL',
        previousStatusLabel: 'ACTIVE',
        currentStatusLabel: 'SUSPENDED',
        currentStatusChangeReason: PLANTED.freeText,
        previousCustomFields: [],
        currentCustomFields: [{ name: 'holder_note', value: PLANTED.customField }],
      },
    },
  ],
};
