import type { Actor, NewAuditEntry, ConfigurationChange, Json, JsonObject } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { appendAuditEntries } from '../audit/append-audit-entries.js';
import { BrandEntity } from '../entities/brand.entity.js';

/** A configuration change with its audit entry. */
export interface AuditedChange {
  readonly change: ConfigurationChange;
  /** Instead of `update` and the like, where the log has a better word. */
  readonly verb?: string;
  /** The fields that changed, secrets masked; null where there was nothing, or nothing is told. */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** One side of fields that changed; null where no field did. */
export function sideOf(
  fields: Readonly<Record<string, { readonly before: Json; readonly after: Json }>>,
  side: 'before' | 'after',
): JsonObject | null {
  const entries = Object.entries(fields).map(([name, values]): [string, Json] => [name, values[side]]);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** Writes the audit entries in the transaction of the changes. */
export async function writeAuditEntries(
  manager: EntityManager,
  actor: Actor,
  auditedChanges: readonly AuditedChange[],
): Promise<void> {
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
}

function brandOf({ name }: ConfigurationChange): string {
  return name.split('/', 1)[0] ?? name;
}

/** Of brands of one name, the newest: the others have been deleted before. */
async function brandIds(manager: EntityManager, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const brands = await manager
    .createQueryBuilder(BrandEntity, 'brand')
    .select(['brand.id', 'brand.name'])
    .where('brand.name = ANY(:names)', { names })
    .orderBy('brand.created_at', 'ASC')
    .getMany();
  return new Map(brands.map(({ id, name }) => [name, id]));
}
