import type { ApiKey, KeyGrant } from './api-key.js';
import type { Caller } from './caller.js';

/** Why a key cannot be made as it is wanted. */
export interface GrantRefusal {
  readonly field: 'role' | 'brands' | 'reveal' | 'expiresAt';
  readonly detail: string;
}

/**
 * Whether a caller may make such a key; null: yes. Nobody hands out what they do not have: no other brand, no look at
 * personal values that is not their own, no key that outlives theirs.
 * @param now milliseconds since the epoch
 */
export function refuseGrant(caller: Caller, wanted: KeyGrant, now: number): GrantRefusal | null {
  if (caller.brandIds !== null && !isWithin(caller.brandIds, wanted.brandIds)) {
    return { field: 'brands', detail: 'name the brands the key is for: only those that your own key is for' };
  }
  if (wanted.brandIds?.length === 0) {
    return { field: 'brands', detail: 'name a brand at least, or leave brands out for a key for all of them' };
  }
  if (wanted.reveal && wanted.role === 'ingest') {
    return { field: 'reveal', detail: 'a key that only takes events in sees nothing, so it cannot reveal anything' };
  }
  if (wanted.reveal && !caller.reveal) {
    return { field: 'reveal', detail: 'your own key may not see personal values, so it cannot hand that right out' };
  }
  if (wanted.expiresAt !== null && wanted.expiresAt <= now) {
    return { field: 'expiresAt', detail: 'has to be in the future' };
  }
  if (caller.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > caller.expiresAt)) {
    return { field: 'expiresAt', detail: 'your own key ends before: name a time that is not later than its end' };
  }
  return null;
}

/** Whether a caller may see and revoke a key: one for their own brands alone. */
export function canManage({ brandIds }: Pick<Caller, 'brandIds'>, key: Pick<ApiKey, 'brandIds'>): boolean {
  return brandIds === null || isWithin(brandIds, key.brandIds);
}

function isWithin(own: readonly string[], wanted: readonly string[] | null): boolean {
  return wanted?.every((id) => own.includes(id)) ?? false;
}
