import type { JsonObject } from './json-types.js';

/** What a mapping sees. Plain JSON objects; rendering never changes them. */
export interface MappingScope {
  /** id, type, occurredAt, receivedAt, customerId, brand, source. */
  readonly event: JsonObject;
  /** The event's own content. */
  readonly data: JsonObject;
  readonly enriched: JsonObject;
  readonly recipient: JsonObject;
  readonly brand: JsonObject;
  /**
   * What a message carries: `count` events, `events` of `{ event, data, enriched? }`; nearly always the event alone. Left out
   * only where nothing is sent.
   */
  readonly digest?: JsonObject;
}

/** What a `when` sees: what is known before anything is fetched. */
export type FilterScope = Pick<MappingScope, 'event' | 'data' | 'brand'>;

export const MAPPING_ROOTS = ['event', 'data', 'enriched', 'recipient', 'brand', 'digest'] as const;
export const FILTER_ROOTS = ['event', 'data', 'brand'] as const;
export type FilterRoot = (typeof FILTER_ROOTS)[number];
