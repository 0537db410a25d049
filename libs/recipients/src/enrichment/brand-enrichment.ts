import type { EnrichmentFailurePolicy, Json, Recipient } from '@patchbay/core';
import type { EventEnvelope } from '@patchbay/plugin-sdk';

/** Result of one enrichment. */
export interface EnrichmentResult {
  /** What mappings see as `enriched.<name>`. */
  readonly value: Json;
  /** How to reach the customer, as far as the answer says. */
  readonly recipient: Recipient;
}

/** One name that subscriptions may put into `enrich`. */
export interface BrandEnrichment {
  /** What becomes of a delivery where {@link fetch} fails. */
  readonly onFailure: EnrichmentFailurePolicy;
  /** Undefined where there is nothing to be found for this event. @throws DeliveryError where it could not be asked, HashedIdentifierError where it cannot be */
  fetch(event: EventEnvelope): Promise<EnrichmentResult | undefined>;
}
