import { compilePaths, isBelow, type JsonAdapterPaths, type PrivacyPolicy, type SourceAdapter } from '@patchbay/core';

/**
 * Returns a personal path from which a source reads customer ids, because a `pii-less` brand stores only hashes of ids
 * from personal paths. Undefined if the brand stores the ids themselves. If the platform has several id paths, all of
 * them must be personal.
 */
export function personalCustomerPath(
  adapter: SourceAdapter,
  paths: JsonAdapterPaths | undefined,
  policy: PrivacyPolicy,
): string | undefined {
  if (policy.mode !== 'pii-less') return undefined;
  // For an unknown event type, the adapter returns the paths that apply to every event of the source.
  const { personal, platformIds = [] } = adapter.personalPaths('');
  const read = adapter.customerPaths?.(paths);
  if (read !== undefined) {
    const all = compilePaths([...personal, ...policy.personal]);
    return read.find((path) => isBelow(all, path));
  }
  const own = compilePaths(policy.personal);
  return platformIds.every((path) => isBelow(own, path)) ? platformIds[0] : undefined;
}
