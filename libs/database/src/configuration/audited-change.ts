import type { Actor, NewAuditEntry, ConfigurationChange, Json, JsonObject } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import { BrandEntity } from '../entities/brand.entity.js';

/** Configuration change with its audit entry. */
export interface AuditedChange {
  readonly change: ConfigurationChange;
  /** Verb of the audit action that replaces the change's own action, such as `pause` instead of `update`. */
  readonly verb?: string;
  /** Changed fields before the change, with masked secrets. Null if the object did not exist or no field is logged. */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** Returns the values of the changed fields before or after the change; null if no field changed. */
export function sideOf(
  fields: Readonly<Record<string, { readonly before: Json; readonly after: Json }>>,
  side: 'before' | 'after',
): JsonObject | null {
  const entries = Object.entries(fields).map(([name, values]): [string, Json] => [name, values[side]]);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** Writes the audit entries of changes, in the transaction of these changes. Returns the ids of the changed brands. */
export async function writeAuditEntries(
  manager: EntityManager,
  actor: Actor,
  auditedChanges: readonly AuditedChange[],
): Promise<readonly string[]> {
  const ids = await brandIds(manager, [...new Set(auditedChanges.map(({ change }) => brandOf(change)))]);
  const notes = auditedChanges.map(({ change, verb, before, after }): NewAuditEntry => ({
    actor,
    action: `${change.kind}.${verb ?? change.action}`,
    brandId: ids.get(brandOf(change)) ?? null,
    target: change.name,
    before,
    after,
  }));
  await appendAuditEntries(manager, notes);
  return [...ids.values()];
}

function brandOf({ name }: ConfigurationChange): string {
  return name.split('/', 1)[0] ?? name;
}

/**
 * Maps brand names to ids. If several brands have had the same name, returns the id of the newest brand, because the
 * other brands were deleted.
 */
async function brandIds(manager: EntityManager, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const brands = await manager
    .createQueryBuilder(BrandEntity, 'brand')
    .select(['brand.id', 'brand.name'])
    .where('brand.name = ANY(:names)', { names })
    .orderBy('brand.created_at', 'ASC')
    .getMany();
  return new Map(brands.map(({ id, name }) => [name, id]));
}
