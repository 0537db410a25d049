import type { EventEnvelope } from '@patchbay/plugin-sdk';

/** Returns an event of an invented customer, with the given overrides. */
export function sampleEvent(also: Partial<EventEnvelope> = {}): EventEnvelope {
  return {
    id: '018f0000-0000-7000-8000-000000000001',
    type: 'pointsIssued',
    brand: 'acme',
    source: 'capillary',
    customerId: '700100200',
    occurredAt: '2026-01-01T00:00:00.000Z',
    receivedAt: '2026-01-01T00:00:00.000Z',
    data: { totalPointsIssued: 50 },
    ...also,
  };
}
