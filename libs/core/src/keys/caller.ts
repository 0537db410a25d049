import type { Actor } from '../audit/audit-log.port.js';
import { isExpired, type ApiKey, type KeyGrant } from './api-key.js';

/** Whoever asks the admin API, known by a key. */
export interface Caller extends KeyGrant {
  /** Null for the key of the environment. */
  readonly keyId: string | null;
}

/** Who shows PATCHBAY_ADMIN_KEY: may do everything, everywhere. */
export const BOOTSTRAP_CALLER: Caller = {
  keyId: null,
  name: 'PATCHBAY_ADMIN_KEY',
  role: 'admin',
  brandIds: null,
  reveal: true,
  expiresAt: null,
};

/**
 * Who shows a stored key; null where it has expired.
 * @param now milliseconds since the epoch
 */
export function callerOfKey(key: ApiKey, now: number): Caller | null {
  if (isExpired(key, now)) return null;
  const { id: keyId, name, role, brandIds, reveal, expiresAt } = key;
  return { keyId, name, role, brandIds, reveal, expiresAt };
}

/** A caller as the audit log names it. */
export function actorOf({ name, keyId }: Caller): Actor {
  return { name, keyId };
}

/** Whether a caller may know of a brand at all. */
export function sees({ brandIds }: Pick<Caller, 'brandIds'>, brandId: string): boolean {
  return brandIds?.includes(brandId) ?? true;
}
