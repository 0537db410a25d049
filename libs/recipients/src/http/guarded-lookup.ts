import type { LookupGuard, LookupName } from '@patchbay/core';
import { isDeliveryError } from '@patchbay/plugin-sdk';
import { lookupError } from './lookup-failure.js';

/** Lookup of a brand that may be paused. */
export interface GuardedLookup {
  /** Pauses of lookups; undefined to call the system in any case. */
  readonly pauses: LookupGuard | undefined;
  readonly brandId: string;
  readonly lookup: LookupName;
}

/**
 * Calls a brand's system unless the lookup is paused. Pauses the lookup if the system refuses the credentials.
 * @param call makes the call with the current configuration
 * @throws PausedLookupError if the lookup is paused; the errors of `call` otherwise
 */
export async function guardedLookup<T>({ pauses, brandId, lookup }: GuardedLookup, call: () => Promise<T>): Promise<T> {
  if (pauses === undefined) return call();
  const held = pauses.isPaused(brandId, lookup) ? await pauses.hold(brandId, lookup) : null;
  if (held !== null) throw held;
  const { revision } = pauses;
  try {
    return await call();
  } catch (error) {
    if (!isDeliveryError(error) || error.kind !== 'credentials') throw error;
    await pauses.refuse(brandId, lookup, { reason: error.message, revision });
    const changed = lookupError('throttled', lookup, 'its settings changed during the call', { retryAfterMs: 0 });
    throw (await pauses.hold(brandId, lookup)) ?? changed;
  }
}
