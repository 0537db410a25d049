import { HashedIdentifierError, type Recipient, type RecipientResolver, type RecipientSource } from '@patchbay/core';

/**
 * Asks the sources in the brand's order and merges what they know: the first to name a field wins. A field that is
 * null or an empty string counts as not named. A name in the order that no source answers to is passed over, and once
 * all that is wanted is known, nobody else is asked.
 * @param orderOf the brand's order, by its id
 * @throws DeliveryError of a source that could not be asked; HashedIdentifierError of one that cannot be, if no other
 *   knows anything
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
        // Nobody is asked for personal data that nobody reads.
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
          // Names come from the brand's own systems: `__proto__` must not become the object's prototype.
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
