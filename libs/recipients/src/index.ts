export { CapillaryClient, type CapillaryBounds, type CapillaryCall } from './capillary/capillary-client.js';
export { CapillaryClients } from './capillary/capillary-clients.js';
export { HttpCapillaryEventMetrics } from './capillary/capillary-event-metrics.js';
export { HttpCapillaryLogApi } from './capillary/capillary-log-api.js';
export { HttpCapillaryWebhookApi } from './capillary/capillary-webhook-api.js';
export { createEnricher, type EnricherParts, type SkippedEnrichment } from './enrichment/create-enricher.js';
export { testLookup, type LookupTest, type TestedLookup } from './test-lookup.js';
export { createHttpRecipientSource } from './resolver/http-recipient-source.js';
export {
  createRecipientResolver,
  enrichedRecipientSource,
  eventRecipientSource,
} from './sources/recipient-resolver.js';
