import type { EnrichmentFailurePolicy, Json, Recipient } from '@patchbay/core';
import type { EventEnvelope } from '@patchbay/plugin-sdk';

/** Result of one enrichment. */
export interface EnrichmentResult {
  /** Value that mappings read as `enriched.<name>`. */
  readonly value: Json;
  /** Contact details of the customer, as the answer contains them. */
  readonly recipient: Recipient;
}

/** Enrichment that subscriptions can list in `enrich`. */
export interface BrandEnrichment {
  /** Policy for a delivery if its {@link fetch} fails. */
  readonly onFailure: EnrichmentFailurePolicy;
  /**
   * Fetches the enrichment for an event. Resolves with undefined if nothing was found.
   * @throws DeliveryError if the system could not be called, HashedIdentifierError if the lookup needs an identifier
   *   that is stored only as a hash
   */
  fetch(event: EventEnvelope): Promise<EnrichmentResult | undefined>;
  /** Drops the cached answer about a customer of the platform. Left out if no answer contains a subscription status. */
  forget?(customerId: string): void;
}
