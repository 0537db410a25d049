import type { KeyRole } from './api-key.js';
import { sees, type Caller } from './caller.js';

/** The roles of the admin API, each of which may do what those before it may. */
export type AdminRole = Exclude<KeyRole, 'ingest'>;

/**
 * What a route is about: one brand; the whole hub; or whatever the caller may see, which the route itself filters by.
 * `brandId` is null where there is no such brand.
 */
export type AccessTarget =
  { readonly kind: 'brand'; readonly brandId: string | null } | { readonly kind: 'hub' } | { readonly kind: 'visible' };

/** What a route requires of its caller. */
export interface AccessRequirement {
  readonly role: AdminRole;
  readonly target: AccessTarget;
}

/**
 * `hidden`: as if the brand were not there. `role`: a key of that role would do. `scope`: a key for all brands would do.
 */
export type Access = 'allowed' | 'hidden' | 'role' | 'scope';

/** `ingest` is on no step: it opens sources, and nothing of the admin API. */
const RANK: Readonly<Record<KeyRole, number>> = { ingest: 0, viewer: 1, operator: 2, admin: 3 };

/**
 * Whether a caller may. Another's brand and one that does not exist are answered alike, whatever the role: so no answer
 * tells which brands there are.
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
