import type { JsonObject } from './json-types.js';

/** Roots of a mapping, as plain JSON objects. Rendering never changes them. */
export interface MappingScope {
  /** Envelope of the event: id, type, occurredAt, receivedAt, customerId, brand, source. */
  readonly event: JsonObject;
  /** Content of the event. */
  readonly data: JsonObject;
  readonly enriched: JsonObject;
  readonly recipient: JsonObject;
  readonly brand: JsonObject;
  /**
   * Events of the message: `count`, and `events` with `{ event, data, enriched? }`. Without a digest, the list contains
   * only the event itself. Absent only if nothing is sent.
   */
  readonly digest?: JsonObject;
}

/**
 * Roots of a `when`: the data that is known before the hub fetches anything for the event. The `when` of a route entry
 * also reads `enriched` and `recipient`.
 */
export type FilterScope = Pick<MappingScope, 'event' | 'data' | 'brand'> &
  Partial<Pick<MappingScope, 'enriched' | 'recipient'>>;

export const MAPPING_ROOTS = ['event', 'data', 'enriched', 'recipient', 'brand', 'digest'] as const;
export const FILTER_ROOTS = ['event', 'data', 'brand'] as const;
/** Roots of the `when` of a route entry. */
export const ROUTE_ROOTS = [...FILTER_ROOTS, 'enriched', 'recipient'] as const;
export type FilterRoot = (typeof ROUTE_ROOTS)[number];
