import type { BrandFile } from '@patchbay/core';

/**
 * A keyed hash of everything that files say, resolved secrets included: equal where applying them again would change
 * nothing. The order of keys does not matter.
 * @param keyedHash of the vault, so that nobody can try secrets against the hash
 */
export function definitionHash(
  files: readonly BrandFile[],
  keyedHash: (purpose: string, value: string) => string,
): string {
  return keyedHash('brand-definitions', canonicalJson(files));
}

/** JSON with the keys of every object sorted. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
