import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';

/** Maximum number of events in a digest. Further events go into the next digest. */
export const MAX_DIGEST_EVENTS = 200;

/** Event of a digest, as the mapping sees it. */
export interface DigestedEvent {
  readonly event: EventEnvelope;
  /** Enrichment data of the event; left out if nothing was fetched. */
  readonly enriched?: JsonObject;
}

/**
 * Returns the variable `digest` of a mapping. Events are ordered by the time at which the events occurred, because
 * events received together have no other order. A message without digest rules is a digest of one event.
 */
export function digestView(events: readonly DigestedEvent[]): JsonObject {
  const ordered = inOccurrenceOrder(events);
  return {
    count: ordered.length,
    events: ordered.map(({ event: { data, ...envelope }, enriched }) => ({
      event: envelope,
      data,
      ...(enriched === undefined ? {} : { enriched }),
    })),
  };
}

/**
 * Returns the event that occurred last, whose customer data applies to the whole digest. Undefined if there are no
 * events.
 */
export function newestOf(events: readonly DigestedEvent[]): DigestedEvent | undefined {
  return inOccurrenceOrder(events).at(-1);
}

function inOccurrenceOrder(events: readonly DigestedEvent[]): readonly DigestedEvent[] {
  return [...events].sort((a, b) => Date.parse(a.event.occurredAt) - Date.parse(b.event.occurredAt));
}
