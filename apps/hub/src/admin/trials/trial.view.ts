import { trialCounts } from '@patchbay/core';
import { isoTime } from '../common/time-range.dto.js';
import type { DraftTrial, TrialSample } from './draft-trial.js';
import type { TrialDto, TrialSampleDto } from './trial.dto.js';

/** Builds the API view of a trial. */
export function trialView({ saved, effects, samples, longestSms }: DraftTrial, isComplete: boolean): TrialDto {
  return {
    comparedWith: saved === null ? null : { name: saved.name, version: saved.version },
    events: effects.length,
    isComplete,
    counts: trialCounts(effects),
    longestSms,
    samples: samples.map(sampleView),
  };
}

function sampleView({ event, effect, before, after }: TrialSample): TrialSampleDto {
  return {
    eventId: event.id,
    type: event.type,
    customerId: event.customerKey,
    receivedAt: isoTime(event.receivedAt),
    change: effect.change,
    clause: effect.clause,
    before,
    after,
    changed: effect.changed,
  };
}
