import type { BrandVault } from '@patchbay/core';

/** Where a destination's credentials are sealed. */
export function credentialsContext(destinationId: string): string {
  return `destination/${destinationId}/credentials`;
}

/** Where a source's accepted secrets are sealed. */
export function authContext(sourceId: string): string {
  return `source/${sourceId}/auth`;
}

/** Seals a value as JSON. */
export function sealJson(vault: BrandVault, context: string, value: unknown): Buffer {
  return Buffer.from(vault.seal(context, JSON.stringify(value)));
}

/** Opens what {@link sealJson} sealed. Throws a VaultError, and an Error where it is not what was expected there. */
export function openJson<T>(
  vault: BrandVault,
  context: string,
  sealed: Uint8Array,
  expected: (value: unknown) => value is T,
): T {
  const value: unknown = JSON.parse(vault.open(context, sealed));
  if (!expected(value)) throw new Error(`What is sealed as ${context} is not what belongs there.`);
  return value;
}

/** Whether what is sealed is this value: an unchanged secret is not sealed anew. */
export function isSealOf(vault: BrandVault, context: string, sealed: Uint8Array, value: unknown): boolean {
  return vault.open(context, sealed) === JSON.stringify(value);
}
