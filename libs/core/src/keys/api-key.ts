/** Roles of API keys; see {@link decideAccess} for their permissions. */
export const KEY_ROLES = ['admin', 'operator', 'viewer', 'ingest'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** Permissions of an API key. */
export interface KeyGrant {
  /** Display name, shown in lists and in the audit log. */
  readonly name: string;
  readonly role: KeyRole;
  /** Ids of the brands in its scope; null for all brands. Ids, because a later brand may have the name of a deleted one. */
  readonly brandIds: readonly string[] | null;
  /** True if it may see personal values unmasked. Each access is audited. */
  readonly reveal: boolean;
  /** Milliseconds since the epoch; null if it does not expire. */
  readonly expiresAt: number | null;
}

/**
 * Returns true if a key has expired.
 * @param now milliseconds since the epoch
 */
export function isExpired({ expiresAt }: Pick<KeyGrant, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** Stored API key, without its secret. */
export interface ApiKey extends KeyGrant {
  readonly id: string;
  /** First characters of the secret: enough to recognise the key, too few to use it. */
  readonly hint: string;
  /** Name of the actor that created it. */
  readonly createdBy: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Time of its last use, up to a minute late, in milliseconds since the epoch; null if it was never used. */
  readonly lastUsedAt: number | null;
}
