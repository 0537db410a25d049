import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';

/** Maximum events of a digest; the rest begins the next one. */
export const MAX_DIGEST_EVENTS = 200;

/** One event of a digest, as it goes out. */
export interface DigestedEvent {
  readonly event: EventEnvelope;
  /** What was fetched about it; left out where nothing was. */
  readonly enriched?: JsonObject;
}

/**
 * What a mapping sees as `digest`, in the order in which it happened: what came in together has no other. A message that is
 * none is a digest of one.
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

/** The one that happened last: what it says of the customer holds for the whole message. Undefined where there is none. */
export function newestOf(events: readonly DigestedEvent[]): DigestedEvent | undefined {
  return inOccurrenceOrder(events).at(-1);
}

function inOccurrenceOrder(events: readonly DigestedEvent[]): readonly DigestedEvent[] {
  return [...events].sort((a, b) => Date.parse(a.event.occurredAt) - Date.parse(b.event.occurredAt));
}
