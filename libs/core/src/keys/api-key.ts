/** What API keys are for; see {@link decideAccess} for what each may do. */
export const KEY_ROLES = ['admin', 'operator', 'viewer', 'ingest'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

/** What a key may do. */
export interface KeyGrant {
  /** For people: shown in lists and in the audit log. */
  readonly name: string;
  readonly role: KeyRole;
  /** The brands it is for, by id: a brand that is made later under the name of a deleted one is another brand. Null: all. */
  readonly brandIds: readonly string[] | null;
  /** It may see personal values unmasked; each look is audited. */
  readonly reveal: boolean;
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null;
}

/**
 * Whether a key has come to its end.
 * @param now milliseconds since the epoch
 */
export function isExpired({ expiresAt }: Pick<KeyGrant, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

/** An API key as it is stored: without the key itself. */
export interface ApiKey extends KeyGrant {
  readonly id: string;
  /** How the key begins: enough to know it again, too little to use it. */
  readonly hint: string;
  /** The name of the actor. */
  readonly createdBy: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Not earlier than its last use by more than a minute; null: never used. */
  readonly lastUsedAt: number | null;
}
