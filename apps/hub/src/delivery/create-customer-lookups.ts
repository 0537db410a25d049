import { CustomerLookups, type LiveConfiguration } from '@patchbay/core';
import { createHttpClient, type EgressPolicy } from '@patchbay/http';
import {
  createEnricher,
  createHttpRecipientSource,
  createRecipientResolver,
  enrichedRecipientSource,
  eventRecipientSource,
} from '@patchbay/recipients';
import type { HubDependencies } from '../boot/hub-dependencies.js';

/** Maximum duration of a call to a brand's system, in milliseconds. The limits of single lookups are shorter. */
const TIMEOUT_MS = 10_000;

/**
 * Creates the lookups of deliveries in the brand's own systems. They use the current configuration and the egress
 * guard.
 */
export function customerLookups(
  { logger }: Pick<HubDependencies, 'logger'>,
  configuration: LiveConfiguration,
  egress: EgressPolicy,
): CustomerLookups {
  // Deliveries share lookups, so a lookup is not aborted with its delivery. It ends by its own time limit.
  const { signal } = new AbortController();
  const http = createHttpClient({ egress, signal, timeoutMs: TIMEOUT_MS });
  const enricher = createEnricher({
    specOf: (brandId) => configuration.current.brand(brandId)?.lookups.enrichment,
    http,
    onSkipped: (skipped) => logger.warn(skipped, 'enrichment skipped, delivery continued without it'),
  });
  const recipients = createRecipientResolver(
    [
      eventRecipientSource,
      enrichedRecipientSource,
      createHttpRecipientSource((brandId) => configuration.current.brand(brandId)?.lookups.resolver, http),
    ],
    (brandId) => configuration.current.brand(brandId)?.recipientOrder ?? [],
  );
  return new CustomerLookups(enricher, recipients);
}
