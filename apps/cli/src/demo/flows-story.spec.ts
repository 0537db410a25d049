import { describe, expect, it } from '@jest/globals';
import { exampleBrand, FLOWS, objectAt } from '@patchbay/testing/examples';
import { FLOWS_STORY } from './flows-story.js';

describe('FLOWS_STORY', () => {
  it('plays every subscription', () => {
    const played = FLOWS_STORY.flatMap(({ title }) => title.split(', '));
    expect([...new Set(played)].sort()).toEqual(Object.keys(objectAt(exampleBrand(FLOWS), 'subscriptions')).sort());
  });

  it.each(FLOWS_STORY)('has an event for each of two customers, and a message for each: $title', async (step) => {
    const sent = await step.events(1_700_000_000_000);
    expect(sent.map(({ createdAt }) => createdAt)).toEqual([1_700_000_000_000, 1_700_000_000_001]);
    expect(new Set(sent.map(({ eventId }) => eventId)).size).toBe(2);
    expect(step.expected).toHaveLength(2 * step.title.split(', ').length);
  });
});
