import { describe, expect, it } from '@jest/globals';
import { wasAttempted } from './dev-hub.js';

describe('the wait for the first attempt of a delivery', () => {
  it.each([
    ['waits for the first attempt', { status: 'scheduled', inFlight: false, attempts: [] }, false],
    ['waits while the attempt is in flight', { status: 'scheduled', inFlight: true, attempts: [] }, false],
    [
      'waits if the attempt ended after the status was read',
      { status: 'scheduled', inFlight: true, attempts: [{}] },
      false,
    ],
    ['ends with an attempt that is repeated later', { status: 'scheduled', inFlight: false, attempts: [{}] }, true],
    ['ends with a delivery that succeeded', { status: 'succeeded', inFlight: false, attempts: [{}] }, true],
    ['ends with a delivery that needed no attempt', { status: 'filtered', inFlight: false, attempts: [] }, true],
  ])('%s', (_name, delivery, expected) => {
    expect(wasAttempted(delivery)).toBe(expected);
  });
});
