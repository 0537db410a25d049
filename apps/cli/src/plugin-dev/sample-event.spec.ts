import { describe, expect, it } from '@jest/globals';
import { sampleEvent, sampleType } from './sample-event.js';

describe('sampleType', () => {
  it.each([
    [['default', 'tierUpgraded'], 'tierUpgraded'],
    [['default'], 'pointsIssued'],
    [['unknownEvent', 'pointsIssued'], 'pointsIssued'],
    [[], 'pointsIssued'],
  ])('chooses the first preset that has a sample: %j', (presets, type) => {
    expect(sampleType(presets, ['pointsIssued', 'tierUpgraded'])).toBe(type);
  });
});

describe('sampleEvent', () => {
  it('creates an event as the platform sends it', () => {
    expect(sampleEvent('pointsIssued', { totalPointsIssued: 100 }, 'e-1')).toEqual({
      eventName: 'pointsIssued',
      eventId: 'e-1',
      orgId: 100001,
      data: { totalPointsIssued: 100 },
    });
  });
});
