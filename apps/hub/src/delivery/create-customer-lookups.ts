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

/** No call to a system of a brand's may take longer, in milliseconds; their own limits are shorter. */
const TIMEOUT_MS = 10_000;

/** What a delivery asks of its brand's own systems, by the configuration in force, through the egress guard. */
export function customerLookups(
  { logger }: Pick<HubDependencies, 'logger'>,
  configuration: LiveConfiguration,
  egress: EgressPolicy,
): CustomerLookups {
  // Lookups are shared between deliveries, so none of them is cut with one; each ends by its own time limit.
  const { signal } = new AbortController();
  const http = createHttpClient({ egress, signal, timeoutMs: TIMEOUT_MS });
  const enricher = createEnricher({
    specOf: (brandId) => configuration.current.brand(brandId)?.lookups.enrichment,
    http,
    onSkipped: (skipped) => logger.warn(skipped, 'a delivery goes on without an enrichment'),
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
