import type { EventGroup } from './event-type.js';
import { code, day, decimal, id, list, number, object } from './field.js';
import { customerIdentifiers, targetDetails, triggeringActivity } from './shared-fields.js';
import { activity, customer, target } from './shared-samples.js';

const streak = {
  streakName: code(),
  userStreakId: id(),
  descriptionOfTheStreak: code(),
  numberOfLevel: number(),
  levelValues: list(decimal()),
};
const streakSample = {
  streakName: 'Three weeks running',
  descriptionOfTheStreak: 'Buy in three weeks in a row',
  numberOfLevel: 2,
  levelValues: ['1', '3'],
};

const level = {
  customerIdentifiers,
  streakData: list(
    object({
      streakId: id(),
      userStreakId: id(),
      streakName: code(),
      streakLevelName: code(),
      userCurrentStreakValue: decimal(),
      streakLevelAchievedDate: day(),
    }),
  ),
  targetData: list(targetDetails),
  triggeringActivity,
};
const levelSample = {
  customerIdentifiers: customer,
  streakData: [
    {
      streakId: '811',
      userStreakId: '90021',
      streakName: 'Three weeks running',
      streakLevelName: 'Level 1',
      userCurrentStreakValue: '1',
      streakLevelAchievedDate: '2025-06-18 05:28:55',
    },
  ],
  targetData: [target],
  triggeringActivity: activity('TransactionAdd'),
};

/** Fields of enrolment events, which repeat envelope fields inside `data`. */
const enrolment = {
  customerIdentifiers,
  eventName: code(),
  eventId: id(),
  orgId: id(),
  refId: id(),
  loyaltyEventId: id(),
  transactionId: id(),
  targetData: list(targetDetails),
  triggeringActivity,
};
const enrolmentSample = {
  customerIdentifiers: customer,
  targetData: [target],
  triggeringActivity: activity('enrolmentIntoStreak'),
  transactionId: '6600112233',
};

const period = { customerIdentifiers, targetDetails, triggeringActivity };
const periodSample = {
  customerIdentifiers: customer,
  targetDetails: target,
  triggeringActivity: activity('TransactionFinished'),
};

/** Event types of Capillary's page "Loyalty events", section streaks. */
export const streaks: EventGroup = {
  group: 'Streaks',
  types: [
    { type: 'streakLevelAchieved', label: 'Level of a streak achieved', fields: level, sample: levelSample },
    {
      type: 'streakLevelUnAchieved',
      label: 'Level of a streak no longer achieved',
      fields: level,
      sample: levelSample,
    },
    {
      type: 'streakCustomerEnrolment',
      label: 'Customer enrolled in a streak',
      fields: {
        ...enrolment,
        streakEnrolmentData: list(
          object({
            ...streak,
            startDate: day(),
            endDate: day(),
            enrolledDate: day(),
            streakValueWhenEnrolled: decimal(),
          }),
        ),
      },
      sample: {
        ...enrolmentSample,
        streakEnrolmentData: [{ ...streakSample, startDate: '2025-06-01 00:00:00', endDate: '2025-06-30 23:59:59' }],
      },
    },
    {
      type: 'streakCustomerUnEnrolment',
      label: 'Customer left a streak',
      fields: {
        ...enrolment,
        streakUnEnrolmentData: list(
          object({
            ...streak,
            startDate: day(),
            endDate: day(),
            unEnrolledDate: day(),
            streakValueWhenUnEnrolled: decimal(),
          }),
        ),
      },
      sample: {
        ...enrolmentSample,
        streakUnEnrolmentData: [{ ...streakSample, unEnrolledDate: '2025-06-18 05:28:55' }],
      },
    },
    {
      type: 'streakStart',
      label: 'Streak began',
      fields: {
        ...period,
        streakStartData: list(object({ ...streak, userStreakValueAtTheStart: decimal(), startDate: day() })),
      },
      sample: {
        ...periodSample,
        streakStartData: [{ ...streakSample, userStreakValueAtTheStart: '0', startDate: '2025-06-01 00:00:00' }],
      },
    },
    {
      type: 'streakEnd',
      label: 'Streak ended',
      fields: {
        ...period,
        streakEndData: list(
          object({
            ...streak,
            numberOfLevelsAchievedByTheUser: decimal(),
            levelsAchievedByTheUser: list(decimal()),
            userStreakValueByTheEnd: decimal(),
            endDate: day(),
          }),
        ),
      },
      sample: {
        ...periodSample,
        streakEndData: [
          {
            ...streakSample,
            numberOfLevelsAchievedByTheUser: '1',
            levelsAchievedByTheUser: ['Level 1'],
            userStreakValueByTheEnd: '2',
            endDate: '2025-06-30 23:59:59',
          },
        ],
      },
    },
  ],
};
