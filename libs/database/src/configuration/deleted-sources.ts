import type { SourceRecord } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { deletedSourceRecord, type DeletedSourceRow } from './records.js';

/**
 * The period is longer than any retention. For a source that was deleted earlier, no delivery waits and no event can be
 * replayed. Sources of deleted brands are left out, because their events cannot be opened without the brand's key.
 */
const DELETED_SOURCES = `
SELECT s.id, s.brand_id AS "brandId", s.name, s.adapter, s.managed_by AS "managedBy"
FROM sources s JOIN brands b ON b.id = s.brand_id AND b.deleted_at IS NULL
WHERE s.deleted_at > now() - interval '432 days'`;

/** Loads deleted sources whose events may still be stored. Reads plain rows, because there may be thousands. */
export async function loadDeletedSources(manager: EntityManager): Promise<readonly SourceRecord[]> {
  const rows = await manager.query<readonly DeletedSourceRow[]>(DELETED_SOURCES);
  return rows.map(deletedSourceRecord);
}
