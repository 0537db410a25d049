import { describe, expect, it } from '@jest/globals';
import { STORY } from './story.js';

describe('STORY', () => {
  it.each(STORY)('has events in the shape of the platform: $title', async ({ events }) => {
    const sent = await events(1_700_000_000_000);
    expect(sent.length).toBeGreaterThan(0);
    for (const [index, event] of sent.entries()) {
      expect(event).toMatchObject({
        eventName: expect.any(String),
        eventId: expect.any(String),
        orgId: 1800,
        createdAt: 1_700_000_000_000 + index,
        data: { customerIdentifiers: { customerId: expect.any(Number) } },
      });
    }
  });

  it('repeats an event only if the step expects a duplicate', async () => {
    const seen = new Set<unknown>();
    for (const { title, events, answer } of STORY) {
      for (const { eventId } of await events(0)) {
        expect({ title, known: seen.has(eventId) }).toEqual({ title, known: answer === 'duplicate' });
        seen.add(eventId);
      }
    }
  });
});
