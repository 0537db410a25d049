import type { RecipientSource } from '@patchbay/core';

/** Contact details from the event itself, as its source's adapter reads them. */
export const eventRecipientSource: RecipientSource = {
  name: 'event',
  resolve: ({ event, adapter }) => Promise.resolve(adapter?.recipientOf(event.type, event.data) ?? {}),
};
