import { describe, expect, it } from '@jest/globals';
import { withDurations, wordedDuration } from './duration';

describe('wordedDuration', () => {
  it.each([
    ['30d', '30 days'],
    ['10s', '10 sec'],
    ['0s', '0 sec'],
    ['soon', 'soon'],
  ])('words %s as %s', (duration, words) => {
    expect(wordedDuration(duration, 'en')).toBe(words);
  });
});

describe('withDurations', () => {
  it('words the durations, and leaves other values as they are', () => {
    expect(withDurations({ period: '1d', channel: 'sms', number: 2 }, 'en')).toEqual({
      ...{ period: '1 day', channel: 'sms', number: 2 },
    });
    expect(withDurations({ duration: '90m', reason: '10m' }, 'en')).toEqual({ duration: '1 hr 30 min', reason: '10m' });
    expect(withDurations({ period: 'always' }, 'en')).toEqual({ period: 'always' });
  });
});
