import { describe, expect, it } from '@jest/globals';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import { formatDuration } from './format-duration.js';
import { firstDueAt } from './first-due.js';

const rules = (also: Partial<MessagingRecord>): MessagingRecord => ({ purpose: 'promotional', fallback: [], ...also });
const due = (messaging: MessagingRecord | null, customerId: string | null = '7'): number =>
  firstDueAt({ at: 1_000, delayMs: 10, customerId, messaging });

describe('when a delivery is first attempted', () => {
  it.each([
    ['at once', null, 1_010],
    ['after what is said', rules({ sendAfterMs: 500 }), 1_510],
    ['when its digest closes', rules({ digestMs: 700 }), 1_700],
    ['at the later of both', rules({ sendAfterMs: 500, digestMs: 700 }), 1_700],
    ['at the later of both, which may be the other', rules({ sendAfterMs: 900, digestMs: 700 }), 1_910],
  ] as const)('is %s', (_what, messaging, expected) => {
    expect(due(messaging)).toBe(expected);
  });

  it('is no later for an event of nobody, which is in no digest with others', () => {
    expect(due(rules({ digestMs: 700 }), null)).toBe(1_010);
  });
});

describe('a duration in words', () => {
  it.each([
    [86_400_000, '1d'],
    [5_400_000, '90m'],
    [43_200_000, '12h'],
    [2_000, '2s'],
    [1_500, '1500ms'],
    [0, '0s'],
  ])('%d', (milliseconds, shown) => {
    expect(formatDuration(milliseconds)).toBe(shown);
  });
});
