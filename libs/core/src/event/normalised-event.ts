import type { JsonObject } from '@patchbay/plugin-sdk';

/** One event as a source adapter reads it out of a body. */
export interface NormalisedEvent {
  /** `pointsIssued`, …; at most 200 characters, well-formed, no NUL. */
  readonly type: string;
  /** What duplicates are known by within (source, organisation, type): the platform's event id, or `sha256:<hex>` of the canonical body. */
  readonly eventId: string;
  /** The platform's own tenant number where one source carries several; else null. */
  readonly organisation: string | null;
  /** ISO 8601 in UTC, as `toISOString` writes it; null where the body does not say or says nonsense. */
  readonly occurredAt: string | null;
  /** Every customer the event names, the one it is about first, without repetition; at most 20. */
  readonly customerIds: readonly string[];
  /** Identifiers of the platform's envelope (`refId`, `apiRequestId`, …): for people and for reconciling, not for mappings. */
  readonly attributes: JsonObject;
  /** The event's own content, keys trimmed. */
  readonly data: JsonObject;
}

/** What became of one element of a body. */
export type ReadResult =
  | { readonly kind: 'event'; readonly event: NormalisedEvent }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly raw: unknown };
