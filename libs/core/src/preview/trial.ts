import type { TrialResult } from '@patchbay/mapping';
import { changedPaths, type AddressedMessage } from './changed-paths.js';

/**
 * Effects of a draft on one event. `undetermined`: the filter of either version reads a personal value, which the caller
 * may not see.
 */
export const TRIAL_CHANGES = [
  'newlyMatched',
  'noLongerMatched',
  'changed',
  'unchanged',
  'notMatched',
  'undetermined',
] as const;
/** One of {@link TRIAL_CHANGES}. */
export type TrialChange = (typeof TRIAL_CHANGES)[number];

/** Result of one version for one event. */
export interface TrialSideResult {
  /** Result of the filter. Null if the version does not take events of this source or type, or does not exist. */
  readonly result: TrialResult | null;
  /** Message if the filter matches; else null. */
  readonly message: AddressedMessage | null;
}

/** Effect of a draft on one event, with the paths at which the messages differ. */
export interface TrialEffect {
  readonly change: TrialChange;
  /** Clause that decided: of the draft, or of the saved version if the draft newly matches. Null if there is none. */
  readonly clause: TrialResult['clause'];
  readonly changed: readonly string[];
  /** True if the draft matches, but its message is invalid. */
  readonly cannotBeMade: boolean;
}

/** Number of events per effect. */
export type TrialCounts = Readonly<Record<TrialChange | 'matchedBefore' | 'matchedAfter' | 'cannotBeMade', number>>;

/** Decides the effect of a draft on one event. Pure. */
export function trialEffect(before: TrialSideResult, after: TrialSideResult): TrialEffect {
  const isUndetermined = [before, after].some(({ result }) => result?.kind === 'undetermined');
  if (isUndetermined) {
    const clause = after.result?.kind === 'undetermined' ? after.result.clause : (before.result?.clause ?? null);
    return { change: 'undetermined', clause, changed: [], cannotBeMade: false };
  }
  const [was, is] = [before.result?.kind === 'matched', after.result?.kind === 'matched'];
  const cannotBeMade = is && (after.message?.problems.length ?? 0) > 0;
  const changed = was && is ? changedPaths(before.message, after.message) : [];
  const clause = (was || !is ? after.result?.clause : before.result?.clause) ?? null;
  return { change: changeOf(was, is, changed), clause, changed, cannotBeMade };
}

function changeOf(was: boolean, is: boolean, changed: readonly string[]): TrialChange {
  if (!was && !is) return 'notMatched';
  if (was !== is) return is ? 'newlyMatched' : 'noLongerMatched';
  return changed.length > 0 ? 'changed' : 'unchanged';
}

/** Counts effects. An undetermined event counts as undetermined only, so that no count reveals a personal value. */
export function trialCounts(effects: readonly Pick<TrialEffect, 'change' | 'cannotBeMade'>[]): TrialCounts {
  const counts = {
    ...{ newlyMatched: 0, noLongerMatched: 0, changed: 0, unchanged: 0, notMatched: 0, undetermined: 0 },
    ...{ matchedBefore: 0, matchedAfter: 0, cannotBeMade: 0 },
  };
  for (const { change, cannotBeMade } of effects) {
    counts[change] += 1;
    if (cannotBeMade) counts.cannotBeMade += 1;
  }
  const both = counts.changed + counts.unchanged;
  return { ...counts, matchedBefore: both + counts.noLongerMatched, matchedAfter: both + counts.newlyMatched };
}
