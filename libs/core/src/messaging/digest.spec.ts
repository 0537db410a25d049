import { describe, expect, it } from '@jest/globals';
import { digestView, type DigestedEvent } from './digest.js';

function event(id: string, occurredAt: string): DigestedEvent {
  const envelope = { id, type: 'pointsIssued', brand: 'acme', source: 'capillary', customerId: 'c', occurredAt };
  return { event: { ...envelope, receivedAt: '2026-03-04T10:00:00.000Z', data: { of: id } } };
}

describe('digestView', () => {
  it('orders events by the time at which they occurred, regardless of the delivery that carries the digest', () => {
    const view = digestView([
      event('digest', '2026-03-04T10:00:00.002Z'),
      event('first', '2026-03-04T10:00:00.001Z'),
      event('last', '2026-03-04T10:00:00.003Z'),
      event('with the digest', '2026-03-04T10:00:00.002Z'),
    ]);
    expect(view).toMatchObject({
      count: 4,
      events: ['first', 'digest', 'with the digest', 'last'].map((id) => ({ event: { id }, data: { of: id } })),
    });
  });

  it('keeps the enrichment data of each event', () => {
    const enriched = { customer: { tier: 'gold' } };
    expect(digestView([{ ...event('one', '2026-03-04T10:00:00Z'), enriched }])).toMatchObject({
      count: 1,
      events: [{ enriched }],
    });
  });
});
