import type { RecipientSource } from '@patchbay/core';

/** Contact details from the event's enrichments. */
export const enrichedRecipientSource: RecipientSource = {
  name: 'enriched',
  resolve: ({ enriched }) => Promise.resolve(enriched),
};
