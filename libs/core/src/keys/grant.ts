import type { ApiKey, KeyGrant } from './api-key.js';
import type { Caller } from './caller.js';

/** Reason for which a key cannot be created. */
export interface GrantRefusal {
  readonly field: 'role' | 'brands' | 'reveal' | 'expiresAt';
  readonly detail: string;
}

/**
 * Returns the reason if a caller may not create a key; null if the caller may. A key cannot have a wider scope, a later
 * expiry or more rights to personal values than the key of its creator.
 * @param now milliseconds since the epoch
 */
export function refuseGrant(caller: Caller, wanted: KeyGrant, now: number): GrantRefusal | null {
  if (caller.brandIds !== null && !isWithin(caller.brandIds, wanted.brandIds)) {
    return { field: 'brands', detail: 'must list brands, and only brands in the scope of your own key' };
  }
  if (wanted.brandIds?.length === 0) {
    return { field: 'brands', detail: 'must list at least one brand; leave brands out to create a key for all brands' };
  }
  if (wanted.reveal && wanted.role === 'ingest') {
    return { field: 'reveal', detail: 'must be false for the role ingest, which cannot read events' };
  }
  if (wanted.reveal && !caller.reveal) {
    return { field: 'reveal', detail: 'must be false because your own key may not reveal personal values' };
  }
  if (wanted.expiresAt !== null && wanted.expiresAt <= now) {
    return { field: 'expiresAt', detail: 'must be in the future' };
  }
  if (caller.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > caller.expiresAt)) {
    return { field: 'expiresAt', detail: 'must not be later than the expiry of your own key' };
  }
  return null;
}

/** Returns true if a caller may see and revoke a key, because all its brands are in the caller's scope. */
export function canManage({ brandIds }: Pick<Caller, 'brandIds'>, key: Pick<ApiKey, 'brandIds'>): boolean {
  return brandIds === null || isWithin(brandIds, key.brandIds);
}

function isWithin(own: readonly string[], wanted: readonly string[] | null): boolean {
  return wanted?.every((id) => own.includes(id)) ?? false;
}
