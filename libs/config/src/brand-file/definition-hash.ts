import type { BrandFile } from '@patchbay/core';

/**
 * Computes a keyed hash of all definitions, including resolved secrets. If the hash has not changed, applying the files
 * again changes nothing. The order of keys does not matter.
 * @param keyedHash keyed hash of the vault, so that secrets cannot be guessed from the hash
 */
export function definitionHash(
  files: readonly BrandFile[],
  keyedHash: (purpose: string, value: string) => string,
): string {
  return keyedHash('brand-definitions', canonicalJson(files));
}

/** Serializes a value as JSON with sorted keys. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
