export { createEnricher, type EnricherParts, type SkippedEnrichment } from './enrichment/create-enricher.js';
export { createHttpRecipientSource } from './resolver/http-recipient-source.js';
export { enrichedRecipientSource } from './sources/enriched-recipient-source.js';
export { eventRecipientSource } from './sources/event-recipient-source.js';
export { createRecipientResolver } from './sources/recipient-resolver.js';
