import type { Vault } from '@patchbay/core';

/**
 * The unguessable part of a destination's status callback URL: most vendors sign their calls, some can only be known by
 * this. Derived, so that it needs no storing.
 */
export function callbackToken(vault: Pick<Vault, 'keyedHash'>, destinationId: string): string {
  return vault.keyedHash('status-callback', destinationId).slice(0, 32);
}
