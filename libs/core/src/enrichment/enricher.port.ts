import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import type { Recipient } from '../recipient/recipient.js';

/** What was fetched about an event. Held in memory only. */
export interface Enriched {
  /** What a mapping sees as `enriched`, by the names asked for; a name is missing where nothing was found. */
  readonly enriched: JsonObject;
  /** How to reach the customer, as far as what was fetched says. */
  readonly recipient: Recipient;
}

/** Nothing fetched. */
export const NOT_ENRICHED: Enriched = { enriched: {}, recipient: {} };

/** Fetches what a subscription's `enrich` names. */
export interface Enricher {
  /**
   * Throws a DeliveryError where something could not be fetched and the brand's policy is to try again: `throttled` to
   * wait as told, any other kind for the destination's schedule; a HashedIdentifierError where it never can be. Neither
   * message holds a value of a customer.
   */
  enrich(names: readonly string[], event: EventEnvelope, brandId: string, signal: AbortSignal): Promise<Enriched>;
  /** Drops cached answers about a brand's customers. Left out: nothing is cached. */
  invalidate?(brandId: string): void;
}
