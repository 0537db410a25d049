import type { BrandVault } from '@patchbay/core';

/** Returns the sealing context of a destination's credentials. */
export function credentialsContext(destinationId: string): string {
  return `destination/${destinationId}/credentials`;
}

/** Returns the sealing context of a source's authentication settings. */
export function authContext(sourceId: string): string {
  return `source/${sourceId}/auth`;
}

/** Returns the sealing context of the place that a source watches for files. */
export function placeContext(sourceId: string): string {
  return `source/${sourceId}/place`;
}

/** Seals a value as JSON. */
export function sealJson(vault: BrandVault, context: string, value: unknown): Buffer {
  return Buffer.from(vault.seal(context, JSON.stringify(value)));
}

/** Opens a value that {@link sealJson} sealed. Throws a VaultError, or an Error if the value has an unexpected type. */
export function openJson<T>(
  vault: BrandVault,
  context: string,
  sealed: Uint8Array,
  expected: (value: unknown) => value is T,
): T {
  const value: unknown = JSON.parse(vault.open(context, sealed));
  if (!expected(value))
    throw new Error(
      `The sealed value of ${context} was opened, but it does not have the expected type. Restore it from a backup.`,
    );
  return value;
}

/** Returns true if the sealed value equals `value`, so that an unchanged secret is not sealed again. */
export function isSealOf(vault: BrandVault, context: string, sealed: Uint8Array, value: unknown): boolean {
  return vault.open(context, sealed) === JSON.stringify(value);
}
