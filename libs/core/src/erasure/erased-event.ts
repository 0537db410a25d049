import type { NewEvent } from '../ingest/event-store.port.js';

/**
 * Returns the form in which an event is stored if it is older than the erasure of one of its customers: its type and its
 * dedupe key, without content, customers and deliveries.
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
