import { describe, expect, it } from '@jest/globals';
import { loadDemoEvents } from './demo-events.js';
import { STORY } from './story.js';

describe('the story', () => {
  it.each(STORY)('has real-shaped events: $title', async ({ file }) => {
    const events = await loadDemoEvents(file, 1_700_000_000_000);
    expect(events.length).toBeGreaterThan(0);
    for (const [index, event] of events.entries()) {
      expect(event).toMatchObject({
        eventName: expect.any(String),
        eventId: expect.any(String),
        orgId: 1800,
        createdAt: 1_700_000_000_000 + index,
        data: { customerIdentifiers: { customerId: expect.any(Number) } },
      });
    }
  });

  it('sends an event anew only where it wants a duplicate', async () => {
    const seen = new Set<unknown>();
    for (const { file, answer } of STORY) {
      for (const { eventId } of await loadDemoEvents(file, 0)) {
        expect({ file, known: seen.has(eventId) }).toEqual({ file, known: answer === 'duplicate' });
        seen.add(eventId);
      }
    }
  });
});
