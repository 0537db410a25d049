import type { RecipientSource } from '@patchbay/core';

/** What the event's enrichment said about how to reach its customer. */
export const enrichedRecipientSource: RecipientSource = {
  name: 'enriched',
  resolve: ({ enriched }) => Promise.resolve(enriched),
};
