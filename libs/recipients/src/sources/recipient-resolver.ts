import { HashedIdentifierError, type Recipient, type RecipientResolver, type RecipientSource } from '@patchbay/core';

/** Source of the contact details in the event itself. The adapter of the event's source reads them. */
export const eventRecipientSource: RecipientSource = {
  name: 'event',
  resolve: ({ event, adapter }) => Promise.resolve(adapter?.recipientOf(event.type, event.data) ?? {}),
};

/** Source of the contact details in the event's enrichments. */
export const enrichedRecipientSource: RecipientSource = {
  name: 'enriched',
  resolve: ({ enriched }) => Promise.resolve(enriched),
};

/**
 * Creates the resolver, which queries the sources in the brand's order and merges their results. The first source that
 * has a field determines the value of the field; null and empty strings do not count. Unknown source names are skipped.
 * The resolver stops when all wanted fields are known.
 * @param orderOf returns a brand's order of sources by the brand's id
 * @throws DeliveryError of a source that could not be called
 * @throws HashedIdentifierError of a source that cannot look up a hash, if no other source has contact details
 */
export function createRecipientResolver(
  sources: readonly RecipientSource[],
  orderOf: (brandId: string) => readonly RecipientSource['name'][],
): RecipientResolver {
  const byName = new Map(sources.map((source) => [source.name, source]));
  return {
    async resolve(query, signal) {
      const merged: Recipient = {};
      let skipped: HashedIdentifierError | undefined;
      for (const name of orderOf(query.brandId)) {
        // The resolver stops early, so that the hub does not request personal data that no mapping uses.
        if (query.wanted?.every((field) => Object.hasOwn(merged, field)) === true) break;
        const known = await byName
          .get(name)
          ?.resolve(query, signal)
          .catch((error: unknown) => {
            if (!(error instanceof HashedIdentifierError)) throw error;
            skipped = error;
            return undefined;
          });
        for (const [field, value] of Object.entries(known ?? {})) {
          // Field names come from the brand's own systems, so `__proto__` must not set the object's prototype.
          if (field === '__proto__' || Object.hasOwn(merged, field) || value === null || value === '') continue;
          merged[field] = value;
        }
      }
      if (skipped !== undefined && Object.keys(merged).length === 0) throw skipped;
      return merged;
    },
    invalidate(brandId) {
      for (const source of sources) source.invalidate?.(brandId);
    },
  };
}
