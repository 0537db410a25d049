export { createEnricher, type EnricherParts, type SkippedEnrichment } from './enrichment/create-enricher.js';
export { createHttpRecipientSource } from './resolver/http-recipient-source.js';
export {
  createRecipientResolver,
  enrichedRecipientSource,
  eventRecipientSource,
} from './sources/recipient-resolver.js';
