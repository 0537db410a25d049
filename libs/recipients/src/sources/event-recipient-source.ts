import type { RecipientSource } from '@patchbay/core';

/** What the event itself says about how to reach its customer, as its source's adapter reads it. */
export const eventRecipientSource: RecipientSource = {
  name: 'event',
  resolve: ({ event, adapter }) => Promise.resolve(adapter?.recipientOf(event.type, event.data) ?? {}),
};
