import type { NewEvent } from '../ingest/event-store.port.js';

/**
 * Returns the stored form of an event that is older than the erasure of one of its customers. It keeps the type and the
 * dedupe key, and drops content, customers and deliveries.
 */
export function erasedEvent(event: NewEvent): NewEvent {
  return {
    ...event,
    sourceEventId: '',
    customerIds: [],
    customerHashes: null,
    attributes: {},
    data: {},
    sealed: null,
    deliveries: [],
    erasedAt: event.receivedAt,
  };
}
