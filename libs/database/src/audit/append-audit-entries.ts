import { uuidV7, type NewAuditEntry } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';

const APPEND = `
INSERT INTO audit_entries (id, at, actor, actor_key_id, action, brand_id, target, before, after)
SELECT id, to_timestamp($1::float8 / 1000), actor, key_id, action, brand_id, target, before::json, after::json
FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[])
  AS entry (id, actor, key_id, action, brand_id, target, before, after)`;

/** Adds entries in the manager's transaction and rolls back with it. */
export async function appendAuditEntries(manager: EntityManager, entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const at = Math.floor(await databaseTime(manager));
  await manager.query(APPEND, [
    at,
    // Entries appended together are listed in their order.
    entries.map((_, index) => uuidV7(at, index)),
    entries.map(({ actor }) => actor.name),
    entries.map(({ actor }) => actor.keyId),
    entries.map(({ action }) => action),
    entries.map(({ brandId }) => brandId),
    entries.map(({ target }) => target),
    entries.map(({ before }) => jsonOrNull(before)),
    entries.map(({ after }) => jsonOrNull(after)),
  ]);
}

function jsonOrNull(value: NewAuditEntry['before']): string | null {
  return value === null ? null : JSON.stringify(value);
}
