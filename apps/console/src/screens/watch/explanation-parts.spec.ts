import { describe, expect, it } from '@jest/globals';
import { explanationParts, withoutState } from './explanation-parts';

describe('an explanation', () => {
  it.each([
    ['Sent.', ''],
    ['Not sent: cap: 3 sms per 1d, this would be number 4.', 'cap: 3 sms per 1d, this would be number 4.'],
    ['Failed: rejected (21211).', 'rejected (21211).'],
    ['Failed after 8 attempts: transient.', 'Failed after 8 attempts: transient.'],
  ])('does not repeat the state beside it: %s', (explanation, shown) => {
    expect(withoutState(explanation)).toBe(shown);
  });

  it('is split at times and ids', () => {
    expect(explanationParts('quiet hours until 2026-11-30T09:00+05:30.')).toEqual([
      { kind: 'text', text: 'quiet hours until ' },
      { kind: 'time', text: '2026-11-30T09:00+05:30' },
      { kind: 'text', text: '.' },
    ]);
    const id = '019ab4d1-7c40-7b1e-9d5a-3f2e1c0b9a87';
    expect(explanationParts(`Merged into the digest delivery ${id}.`)[1]).toEqual({ kind: 'id', text: id });
    expect(explanationParts('')).toEqual([]);
  });
});
