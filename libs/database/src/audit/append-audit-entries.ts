import { uuidV7, type NewAuditEntry } from '@patchbay/core';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import { databaseTime } from '../clock/database-time.js';
import { AuditEntryEntity } from '../entities/audit-entry.entity.js';

/** Maximum number of entries per statement, because PostgreSQL limits the number of parameters. */
const ENTRIES_PER_STATEMENT = 1_000;

/** Adds entries to the audit log in the manager's transaction. The entries are rolled back with the transaction. */
export async function appendAuditEntries(manager: EntityManager, entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const time = Math.floor(await databaseTime(manager));
  const at = new Date(time);
  // Entries that are appended together are listed in the order in which they were given.
  const rows = entries.map(({ actor, action, brandId, target, before, after }, index) =>
    Object.assign(new AuditEntryEntity(), {
      ...{ id: uuidV7(time, index), at, actor: actor.name, actorKeyId: actor.keyId },
      ...{ action, brandId, target, before, after },
    }),
  );
  for (let start = 0; start < rows.length; start += ENTRIES_PER_STATEMENT) {
    await manager.insert<ObjectLiteral>(AuditEntryEntity, rows.slice(start, start + ENTRIES_PER_STATEMENT));
  }
}
