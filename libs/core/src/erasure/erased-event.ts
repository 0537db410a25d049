import type { NewEvent } from '../ingest/event-store.port.js';

/**
 * What is stored of an event that is of the time before one of its customers was forgotten: that there was one of its
 * type, and the key that keeps its duplicates out. No content, no customer, no delivery.
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
