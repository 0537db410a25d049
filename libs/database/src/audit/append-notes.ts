import { randomBytes } from 'node:crypto';
import { uuidV7, type AuditNote } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';

const APPEND = `
INSERT INTO audit_entries (id, at, actor, actor_key_id, action, brand_id, target, before, after)
SELECT id, to_timestamp($1::float8 / 1000), actor, key_id, action, brand_id, target, before::json, after::json
FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[])
  AS note (id, actor, key_id, action, brand_id, target, before, after)`;

/** Adds entries in the manager's transaction: what is undone with it is not told. */
export async function appendNotes(manager: EntityManager, notes: readonly AuditNote[]): Promise<void> {
  if (notes.length === 0) return;
  const at = Math.floor(await databaseTime(manager));
  await manager.query(APPEND, [
    at,
    notes.map((_, index) => idInOrder(at, index)),
    notes.map(({ actor }) => actor.name),
    notes.map(({ actor }) => actor.keyId),
    notes.map(({ action }) => action),
    notes.map(({ brandId }) => brandId),
    notes.map(({ target }) => target),
    notes.map(({ before }) => jsonOrNull(before)),
    notes.map(({ after }) => jsonOrNull(after)),
  ]);
}

function jsonOrNull(value: AuditNote['before']): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** What is told together is listed in its order. */
function idInOrder(at: number, index: number): string {
  const bits = randomBytes(10);
  bits.writeUInt16BE(index & 0xfff, 0);
  return uuidV7(at, bits);
}
