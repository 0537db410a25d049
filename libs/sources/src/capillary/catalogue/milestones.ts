import type { EventGroup } from './event-type.js';
import { code, day, decimal, id, list, object } from './field.js';
import { customerIdentifiers, milestoneDetails, targetDetails, triggeringActivity } from './shared-fields.js';
import { activity, customer, milestones as milestonesSample, target } from './shared-samples.js';

/** Envelope fields that the events of milestones repeat inside `data`. */
const repeated = { eventName: code(), eventId: id() };
const values = { achievedTargetValue: decimal(), definedTargetValue: decimal() };
const valuesSample = { achievedTargetValue: '3000.000', definedTargetValue: '3000.000' };

const unified = {
  customerIdentifiers,
  unifiedTargetGroupDetails: object({
    targetGroupId: id(),
    targetGroupName: code(),
    unifiedTargetsAchievementCondition: object({
      combinationType: code(),
      aggregation: code(),
      thresholdValue: decimal(),
      ruleExpression: code(),
    }),
  }),
  targetData: list(
    object({
      ...values,
      targetId: id(),
      targetName: code(),
      description: code(),
      targetPeriodId: id(),
      targetPeriodName: code(),
    }),
  ),
  triggeringActivity,
  transactionId: id(),
};

const unifiedSample = {
  customerIdentifiers: customer,
  unifiedTargetGroupDetails: {
    targetGroupId: 6200,
    targetGroupName: 'Spring spends',
    unifiedTargetsAchievementCondition: {
      combinationType: 'ANY',
      aggregation: 'SUM',
      thresholdValue: 5000,
      ruleExpression: '(6101 | 6102)',
    },
  },
  targetData: [
    {
      ...valuesSample,
      targetId: 6101,
      targetName: 'Spend 3000',
      targetPeriodId: 6300,
      targetPeriodName: 'Period 1',
    },
  ],
  triggeringActivity: activity('TransactionAdd'),
  transactionId: 6600112233,
};

/**
 * Event types of Capillary's page "Loyalty events", section milestones. The events themselves call milestones targets.
 */
export const milestones: EventGroup = {
  group: 'Milestones',
  types: [
    {
      type: 'targetAchievedValueUpdated',
      label: 'Progress towards a milestone',
      fields: {
        ...repeated,
        ...values,
        customerIdentifiers,
        targetDetails,
        milestoneDetails,
        triggeringActivity,
        transactionId: id(),
        returnId: id(),
        currentEventTargetValue: decimal(),
      },
      sample: {
        customerIdentifiers: customer,
        targetDetails: target,
        achievedTargetValue: '1200.000',
        definedTargetValue: '3000.000',
        currentEventTargetValue: '200.000',
        milestoneDetails: milestonesSample,
        triggeringActivity: activity('TransactionAdd'),
        transactionId: 6600112233,
      },
    },
    {
      type: 'targetValueAchieved',
      label: 'Milestone achieved',
      fields: {
        ...repeated,
        ...values,
        customerIdentifiers,
        targetDetails,
        triggeringActivity,
        transactionId: id(),
        currentEventTargetValue: decimal(),
      },
      sample: {
        customerIdentifiers: customer,
        targetDetails: target,
        ...valuesSample,
        currentEventTargetValue: '1800.000',
        triggeringActivity: activity('TransactionAdd'),
        transactionId: 6600112233,
      },
    },
    {
      type: 'targetPeriodCompleted',
      label: 'Period of a milestone ended',
      fields: { customerIdentifiers, targetDetails, ...values, triggeringActivity, milestoneDetails },
      sample: {
        customerIdentifiers: customer,
        targetDetails: target,
        ...valuesSample,
        triggeringActivity: activity('TransactionFinished'),
        milestoneDetails: milestonesSample,
      },
    },
    {
      type: 'targetValueUpdated',
      label: 'Goal of a milestone changed',
      fields: { customerIdentifiers, targetDetails, ...values },
      sample: { customerIdentifiers: customer, targetDetails: target, ...valuesSample },
    },
    {
      type: 'targetPeriodStarted',
      label: 'Period of a milestone began',
      fields: { customerIdentifiers, targetDetails, definedTargetValue: decimal(), triggeringActivity },
      sample: {
        customerIdentifiers: customer,
        targetDetails: target,
        definedTargetValue: '3000.000',
        triggeringActivity: activity('TransactionFinished'),
      },
    },
    {
      type: 'targetCustomerEnrolment',
      label: 'Customer enrolled for a milestone',
      fields: {
        customerIdentifiers,
        eventId: id(),
        defaultTargetValue: decimal(),
        targetId: id(),
        targetName: code(),
        targetGroupId: id(),
        targetGroupName: code(),
        source: code(),
        targetPeriodId: id(),
        targetPeriodName: code(),
        targetPeriodStartDate: day(),
        targetCycleStartDate: day(),
        description: code(),
        milestoneDetails,
      },
      sample: {
        customerIdentifiers: customer,
        defaultTargetValue: '3000.000',
        targetId: 6101,
        targetName: 'Spend 3000',
        targetGroupId: 6200,
        targetGroupName: 'Spring spends',
        source: 'TRANSACTION',
        targetPeriodId: 6300,
        targetPeriodName: 'Period 1',
        targetPeriodStartDate: '2025-06-01',
        targetCycleStartDate: '2025-06-01',
        description: 'Spend 3000 within a month',
        milestoneDetails: milestonesSample,
      },
    },
    {
      type: 'unifiedTargetsAchieved',
      label: 'Group of milestones achieved',
      fields: unified,
      sample: unifiedSample,
    },
    {
      type: 'unifiedTargetsUnAchieved',
      label: 'Group of milestones no longer achieved',
      fields: unified,
      sample: unifiedSample,
    },
  ],
};
