import { compilePaths, isBelow, type JsonAdapterPaths, type PrivacyPolicy, type SourceAdapter } from '@patchbay/core';

/**
 * A personal path that a source reads its customers' ids from, so that a `pii-less` brand stores hashes of them all;
 * undefined if it stores ids. Of several paths of the platform's own ids every one has to be personal.
 */
export function personalCustomerPath(
  adapter: SourceAdapter,
  paths: JsonAdapterPaths | undefined,
  policy: PrivacyPolicy,
): string | undefined {
  if (policy.mode !== 'pii-less') return undefined;
  // Of a type that no catalogue declares: what holds for every event of the source.
  const { personal, platformIds = [] } = adapter.personalPaths('');
  const read = adapter.customerPaths?.(paths);
  if (read !== undefined) {
    const all = compilePaths([...personal, ...policy.personal]);
    return read.find((path) => isBelow(all, path));
  }
  const own = compilePaths(policy.personal);
  return platformIds.every((path) => isBelow(own, path)) ? platformIds[0] : undefined;
}
