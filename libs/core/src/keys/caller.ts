import type { Actor } from '../audit/audit-log.port.js';
import { isExpired, type ApiKey, type KeyGrant } from './api-key.js';

/** Caller of the admin API, identified by a key. */
export interface Caller extends KeyGrant {
  /** Null for PATCHBAY_ADMIN_KEY. */
  readonly keyId: string | null;
}

/** Caller that presents PATCHBAY_ADMIN_KEY. Has all permissions for all brands. */
export const BOOTSTRAP_CALLER: Caller = {
  keyId: null,
  name: 'PATCHBAY_ADMIN_KEY',
  role: 'admin',
  brandIds: null,
  reveal: true,
  expiresAt: null,
};

/**
 * Returns the caller that presents a stored key; null if the key has expired.
 * @param now milliseconds since the epoch
 */
export function callerOfKey(key: ApiKey, now: number): Caller | null {
  if (isExpired(key, now)) return null;
  const { id: keyId, name, role, brandIds, reveal, expiresAt } = key;
  return { keyId, name, role, brandIds, reveal, expiresAt };
}

/** Returns the audit log's actor for a caller. */
export function actorOf({ name, keyId }: Caller): Actor {
  return { name, keyId };
}

/** Returns true if a brand is in the caller's scope. */
export function sees({ brandIds }: Pick<Caller, 'brandIds'>, brandId: string): boolean {
  return brandIds?.includes(brandId) ?? true;
}
