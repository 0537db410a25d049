export { createEnricher, type EnricherParts, type SkippedEnrichment } from './enrichment/create-enricher.js';
export { testLookup, type LookupTest, type TestedLookup } from './test-lookup.js';
export { createHttpRecipientSource } from './resolver/http-recipient-source.js';
export {
  createRecipientResolver,
  enrichedRecipientSource,
  eventRecipientSource,
} from './sources/recipient-resolver.js';
