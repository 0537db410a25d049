import type { EventGroup } from './event-type.js';
import { code, day, freeText, number } from './field.js';
import { program } from './shared-fields.js';
import { PLANTED, programSample } from './shared-samples.js';

/** Event types of Capillary's page "Tier events". */
export const tiers: EventGroup = {
  group: 'Tiers',
  types: [
    {
      type: 'tierUpgraded',
      label: 'Tier upgraded',
      fields: {
        ...program,
        previousTierNumber: number(),
        upgradedTierNumber: number(),
        tierExpiryDate: day(),
        upgradeType: code(),
        notes: freeText(),
      },
      sample: {
        ...programSample('SlabUpgrade'),
        previousTierNumber: 1,
        upgradedTierNumber: 2,
        tierExpiryDate: '2026-06-18',
        upgradeType: 'STRATEGY',
        notes: PLANTED.freeText,
      },
    },
    {
      type: 'tierRenewed',
      label: 'Tier renewed',
      fields: {
        ...program,
        currentTierNumber: number(),
        tierExpiryDate: day(),
        renewType: code(),
        notes: freeText(),
      },
      sample: {
        ...programSample('TierReassessment'),
        currentTierNumber: 2,
        tierExpiryDate: '2026-06-18',
        renewType: 'STRATEGY',
        notes: PLANTED.freeText,
      },
    },
    {
      type: 'tierDowngraded',
      label: 'Tier downgraded',
      fields: { ...program, previousTierNumber: number(), downgradedTierNumber: number(), tierExpiryDate: day() },
      sample: {
        ...programSample('TierReassessment'),
        previousTierNumber: 2,
        downgradedTierNumber: 1,
        tierExpiryDate: '2026-06-18',
      },
    },
    {
      type: 'tierDowngradeReminder',
      label: 'Tier about to be downgraded',
      fields: { ...program, currentTierNumber: number(), scheduledDowngradeDate: day() },
      sample: {
        ...programSample('TierReassessment'),
        currentTierNumber: 2,
        scheduledDowngradeDate: '2025-07-19',
      },
    },
  ],
};
