import { describe, expect, it } from '@jest/globals';
import { trialCounts, trialEffect, type TrialSideResult } from './trial.js';

const clause = { path: 'data.points', operator: '$gte', expected: 50, actual: 10 };
const no: TrialSideResult = { result: { kind: 'notMatched', clause, rendering: null }, message: null };
const unknown: TrialSideResult = { result: { kind: 'undetermined', clause, rendering: null }, message: null };
const otherType: TrialSideResult = { result: null, message: null };
const yes = (body: string, problems: readonly { field: string; message: string }[] = []): TrialSideResult => ({
  result: { kind: 'matched', clause: null, rendering: null },
  message: { destination: 'sms', message: { body }, problems },
});

describe('trialEffect', () => {
  it.each([
    ['a draft that newly matches', no, yes('a'), 'newlyMatched', clause],
    ['a draft of another type', yes('a'), otherType, 'noLongerMatched', null],
    ['a draft that no longer matches', yes('a'), no, 'noLongerMatched', clause],
    ['no match', otherType, no, 'notMatched', clause],
    ['the same message', yes('a'), yes('a'), 'unchanged', null],
    ['an undetermined draft', yes('a'), unknown, 'undetermined', clause],
    ['an undetermined saved filter', unknown, yes('a'), 'undetermined', clause],
  ] as const)('of %s', (_name, before, after, change, decisive) => {
    expect(trialEffect(before, after)).toEqual({ change, clause: decisive, changed: [], cannotBeMade: false });
  });

  it('names the paths at which the messages differ', () => {
    expect(trialEffect(yes('a'), yes('b'))).toMatchObject({ change: 'changed', changed: ['message.body'] });
    const invalid = yes('a', [{ field: 'to', message: 'is required' }]);
    expect(trialEffect(yes('a'), invalid)).toMatchObject({ changed: ['problems'], cannotBeMade: true });
  });
});

describe('trialCounts', () => {
  it('counts an undetermined event nowhere else', () => {
    const effects = [
      trialEffect(yes('a'), yes('b')),
      trialEffect(yes('a'), yes('a')),
      trialEffect(no, yes('a')),
      trialEffect(yes('a'), no),
      trialEffect(yes('a'), unknown),
    ];
    expect(trialCounts(effects)).toEqual({
      ...{ newlyMatched: 1, noLongerMatched: 1, changed: 1, unchanged: 1, notMatched: 0, undetermined: 1 },
      ...{ matchedBefore: 3, matchedAfter: 3, cannotBeMade: 0 },
    });
  });
});
