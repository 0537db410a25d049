import type { EventEnvelope, JsonObject } from '@patchbay/plugin-sdk';
import type { EnrichmentFailurePolicy } from '../configuration/lookups.js';
import type { Recipient } from './recipient.js';

/** Data fetched for an event. Held in memory only. */
export interface Enriched {
  /** Fetched data by enrichment name; the variable `enriched` of a mapping. A name is missing if nothing was found. */
  readonly enriched: JsonObject;
  /** Recipient fields that the fetched data contains. */
  readonly recipient: Recipient;
}

/** Result if no enrichment was fetched. */
export const NOT_ENRICHED: Enriched = { enriched: {}, recipient: {} };

/** Service that fetches the enrichments which a subscription names in `enrich`. */
export interface Enricher {
  /**
   * Fetches the enrichments. Throws a DeliveryError if a fetch failed and the brand's policy is to retry. An error of
   * kind `throttled` retries after the requested delay, an error of any other kind by the destination's schedule.
   * Throws a HashedIdentifierError if the fetch can never succeed. Neither error message contains a value of a
   * customer.
   * @param onFailure policy for failed and paused fetches, instead of the brand's policies; left out to use these
   */
  enrich(
    names: readonly string[],
    event: EventEnvelope,
    brandId: string,
    signal: AbortSignal,
    onFailure?: EnrichmentFailurePolicy,
  ): Promise<Enriched>;
  /** Drops a customer's cached subscription status. Left out if none is cached. @param customerId id of the platform */
  forget?(brandId: string, customerId: string): void;
  /** Drops cached data about a brand's customers. Left out if nothing is cached. */
  invalidate?(brandId: string): void;
}
