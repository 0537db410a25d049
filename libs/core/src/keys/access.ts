import type { Actor } from '../audit/audit-log.port.js';
import { personActorName, type Person } from '../people/person.js';
import type { RoleRule } from '../people/role-rules.js';
import type { CallerSession } from '../sessions/session.js';
import { isExpired, type AdminRole, type ApiKey, type KeyGrant, type KeyRole } from './api-key.js';

/**
 * Target of a route: one brand, the whole hub, or all data that the caller may see. For the last, the route itself
 * filters the data. `brandId` is null if the brand does not exist.
 */
export type AccessTarget =
  { readonly kind: 'brand'; readonly brandId: string | null } | { readonly kind: 'hub' } | { readonly kind: 'visible' };

/** Requirement of a route that its caller must meet. */
export interface AccessRequirement {
  readonly role: AdminRole;
  readonly target: AccessTarget;
}

/**
 * Result of an access check. `hidden`: the hub answers as if the brand did not exist. `role`: the caller needs a higher
 * role. `scope`: the caller needs a key for all brands.
 */
export type Access = 'allowed' | 'hidden' | 'role' | 'scope';

/**
 * Rank of each role. A role includes the permissions of the roles below it. `ingest` is below all other roles, because it grants access to sources but not to the admin API.
 */
const RANK: Readonly<Record<KeyRole, number>> = { ingest: 0, viewer: 1, operator: 2, admin: 3 };

/**
 * Decides if a caller has access to a target. For every role, a brand outside the caller's scope gives the same result
 * as a missing brand, so that no answer reveals which brands exist.
 */
export function decideAccess(caller: Caller, { role, target }: AccessRequirement): Access {
  if (target.kind === 'brand' && caller.brandIds !== null && !isVisible(caller, target.brandId)) return 'hidden';
  if (RANK[caller.role] < RANK[role]) return 'role';
  if (target.kind === 'hub' && caller.brandIds !== null) return 'scope';
  return 'allowed';
}

function isVisible(caller: Caller, brandId: string | null): boolean {
  return brandId !== null && sees(caller, brandId);
}

/** Caller of the admin API: a key, or a person whom the identity provider has identified. */
export interface Caller extends KeyGrant {
  /** Id of the key; null for PATCHBAY_ADMIN_KEY and for people. */
  readonly keyId: string | null;
  /** Id of the person; null for keys. */
  readonly personId: string | null;
  /** Session of the console in which the caller acts. Null if the request itself presents the key. */
  readonly session: CallerSession | null;
}

/** Caller that presents PATCHBAY_ADMIN_KEY. Has all permissions for all brands. */
export const BOOTSTRAP_CALLER: Caller = {
  keyId: null,
  personId: null,
  name: 'PATCHBAY_ADMIN_KEY',
  role: 'admin',
  brandIds: null,
  reveal: true,
  expiresAt: null,
  session: null,
};

/**
 * Returns the caller that presents a stored key; null if the key has expired.
 * @param now milliseconds since the epoch
 */
export function callerOfKey(key: ApiKey, now: number): Caller | null {
  if (isExpired(key, now)) return null;
  const { id: keyId, name, role, brandIds, reveal, expiresAt } = key;
  return { keyId, personId: null, name, role, brandIds, reveal, expiresAt, session: null };
}

/**
 * Returns the caller for a person with the rights of a rule. The rights do not expire: the session or the token does.
 * @param brandIds ids of the rule's brands that exist; null for all brands
 */
export function callerOfPerson(
  { id, name }: Pick<Person, 'id' | 'name'>,
  { role, reveal }: RoleRule,
  brandIds: readonly string[] | null,
): Caller {
  const rights = { role, brandIds, reveal, expiresAt: null };
  return { keyId: null, personId: id, name: name ?? personActorName(id), ...rights, session: null };
}

/** Returns the text by which limits per caller count: the id of the key or of the person. */
export function callerId({ keyId, personId }: Pick<Caller, 'keyId' | 'personId'>): string {
  return keyId ?? personId ?? 'bootstrap';
}

/**
 * Returns the name under which the hub stores what a caller did: the name of the key, or `person:<id>`. The display name
 * of a person must be stored only in the person's row.
 */
export function recordedName({ name, personId }: Pick<Caller, 'name' | 'personId'>): string {
  return personId === null ? name : personActorName(personId);
}

/** Returns the audit log's actor for a caller. Its name is the recorded name, and says if the caller used the console. */
export function actorOf(caller: Caller): Actor {
  const recorded = recordedName(caller);
  return { name: caller.session === null ? recorded : `${recorded} (console)`, keyId: caller.keyId };
}

/** Returns true if a brand is in the caller's scope. */
export function sees({ brandIds }: Pick<Caller, 'brandIds'>, brandId: string): boolean {
  return brandIds?.includes(brandId) ?? true;
}

/** Reason for which a key cannot be created. */
export interface GrantRefusal {
  readonly field: 'role' | 'brands' | 'reveal' | 'expiresAt';
  readonly detail: string;
}

/**
 * Returns the reason why a caller may not create a key; null if the caller may create the key. A key cannot have a
 * wider scope, a later expiry or more rights to personal values than the key of its creator.
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

/** Returns true if a caller may see and revoke a key, because all brands of the key are in the caller's scope. */
export function canManage({ brandIds }: Pick<Caller, 'brandIds'>, key: Pick<ApiKey, 'brandIds'>): boolean {
  return brandIds === null || isWithin(brandIds, key.brandIds);
}

function isWithin(own: readonly string[], wanted: readonly string[] | null): boolean {
  return wanted?.every((id) => own.includes(id)) ?? false;
}
