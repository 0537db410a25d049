import type { RecipientSource, SourceAdapter } from '@patchbay/core';

/**
 * What the event itself says about how to reach its customer.
 * @param adapterOf the adapter of a source, by the brand's id and the source's name; undefined where the source is gone
 */
export function createEventRecipientSource(
  adapterOf: (brandId: string, sourceName: string) => SourceAdapter | undefined,
): RecipientSource {
  return {
    name: 'event',
    resolve({ event, brandId }) {
      return Promise.resolve(adapterOf(brandId, event.source)?.recipientOf(event.type, event.data) ?? {});
    },
  };
}
