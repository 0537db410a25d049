import type { KeyRole } from './api-key.js';
import { sees, type Caller } from './caller.js';

/** Roles of the admin API. Each role includes the permissions of the lower ones, see {@link RANK}. */
export type AdminRole = Exclude<KeyRole, 'ingest'>;

/**
 * Target of a route: one brand, the whole hub, or all data that the caller may see, which the route itself filters.
 * `brandId` is null if the brand does not exist.
 */
export type AccessTarget =
  { readonly kind: 'brand'; readonly brandId: string | null } | { readonly kind: 'hub' } | { readonly kind: 'visible' };

/** Requirement that a route has of its caller. */
export interface AccessRequirement {
  readonly role: AdminRole;
  readonly target: AccessTarget;
}

/**
 * Result of an access check. `hidden`: answer as if the brand did not exist. `role`: the caller needs a higher role.
 * `scope`: the caller needs a key for all brands.
 */
export type Access = 'allowed' | 'hidden' | 'role' | 'scope';

/** Rank of each role. `ingest` is below all others, because it grants access to sources but not to the admin API. */
const RANK: Readonly<Record<KeyRole, number>> = { ingest: 0, viewer: 1, operator: 2, admin: 3 };

/**
 * Decides if a caller has access to a target. A brand outside the caller's scope gives the same result as a missing brand,
 * for every role. No answer therefore reveals which brands exist.
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
