import type { LookupGuard, LookupName } from '@patchbay/core';
import { isDeliveryError } from '@patchbay/plugin-sdk';
import type { ForbiddenCustomers } from './forbidden-customers.js';
import { lookupError } from './lookup-failure.js';

/** Lookup of a brand that may be paused. */
export interface GuardedLookup {
  /** Pauses of lookups; undefined to call the system in any case. */
  readonly pauses: LookupGuard | undefined;
  readonly brandId: string;
  readonly lookup: LookupName;
  /** Customer of the event. */
  readonly customer: string;
  readonly forbidden: ForbiddenCustomers;
}

/**
 * Calls a brand's system unless the lookup is paused. Pauses the lookup if the system refuses the credentials. An answer
 * of 403 may concern this customer only, so it pauses the lookup only after several customers in a row.
 * @param call makes the call with the current configuration
 * @throws PausedLookupError if the lookup is paused; the errors of `call` otherwise
 */
export async function guardedLookup<T extends object | undefined>(
  { pauses, brandId, lookup, customer, forbidden }: GuardedLookup,
  call: () => Promise<T>,
): Promise<T> {
  if (pauses === undefined) return call();
  const held = pauses.isPaused(brandId, lookup) ? await pauses.hold(brandId, lookup) : null;
  if (held !== null) throw held;
  const { revision } = pauses;
  const key = `${brandId} ${lookup}`;
  try {
    const answer = await call();
    // An event without the value that the lookup needs causes no call, so an empty answer says nothing.
    if (answer !== undefined && Object.keys(answer).length > 0) forbidden.reset(key);
    return answer;
  } catch (error) {
    if (!isDeliveryError(error) || error.kind !== 'credentials') throw error;
    if (error.vendorCode === '403' && !forbidden.add(key, customer, error)) throw error;
    await pauses.refuse(brandId, lookup, { reason: error.message, revision });
    const changed = lookupError('throttled', lookup, 'its settings changed during the call', { retryAfterMs: 0 });
    throw (await pauses.hold(brandId, lookup)) ?? changed;
  }
}
