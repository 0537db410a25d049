import { describe, expect, it } from '@jest/globals';
import type { MessagingRecord } from '../configuration/configuration-snapshot.js';
import { formatDuration } from './format-duration.js';
import { firstDelayMs, firstDueAt } from './first-due.js';

const rules = (also: Partial<MessagingRecord>): MessagingRecord => ({ purpose: 'promotional', fallback: [], ...also });
const due = (messaging: MessagingRecord | null, customerId: string | null = '7'): number =>
  firstDueAt({ at: 1_000, delayMs: 10, customerId, messaging });

describe('firstDueAt', () => {
  it.each([
    ['immediate', null, 1_010],
    ['after sendAfter', rules({ sendAfterMs: 500 }), 1_510],
    ['at the end of the digest', rules({ digestMs: 700 }), 1_700],
    ['at the end of the digest if sendAfter ends earlier', rules({ sendAfterMs: 500, digestMs: 700 }), 1_700],
    ['after sendAfter if the digest ends earlier', rules({ sendAfterMs: 900, digestMs: 700 }), 1_910],
  ] as const)('is %s', (_time, messaging, expected) => {
    expect(due(messaging)).toBe(expected);
  });

  it('does not wait for a digest if the event has no customer', () => {
    expect(due(rules({ digestMs: 700 }), null)).toBe(1_010);
  });
});

describe('firstDelayMs', () => {
  it('adds sendAfter of the destination to its retry schedule', () => {
    const retry = { scheduleMs: [10, 5_000] };
    expect(firstDelayMs({ retry })).toBe(10);
    expect(firstDelayMs({ retry, messaging: { sendAfterMs: 300 } })).toBe(310);
    expect(firstDelayMs(undefined)).toBe(0);
  });
});

describe('formatDuration', () => {
  it.each([
    [86_400_000, '1d'],
    [5_400_000, '90m'],
    [43_200_000, '12h'],
    [2_000, '2s'],
    [1_500, '1500ms'],
    [0, '0s'],
  ])('formats %d', (milliseconds, shown) => {
    expect(formatDuration(milliseconds)).toBe(shown);
  });
});
