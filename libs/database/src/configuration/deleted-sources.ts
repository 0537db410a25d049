import type { SourceRecord } from '@patchbay/core';
import type { EntityManager } from 'typeorm';
import { deletedSourceRecord, type DeletedSourceRow } from './records.js';

/**
 * Longer than any event is kept: nothing waits any more for what was deleted before that, and nothing can be replayed. Their
 * brand's key is needed to open an event, so with the brand they go at once.
 */
const DELETED_SOURCES = `
SELECT s.id, s.brand_id AS "brandId", s.name, s.adapter, s.managed_by AS "managedBy"
FROM sources s JOIN brands b ON b.id = s.brand_id AND b.deleted_at IS NULL
WHERE s.deleted_at > now() - interval '432 days'`;

/** Sources that were deleted, as long as events of theirs may be kept. Plain rows: there may be thousands of them. */
export async function loadDeletedSources(manager: EntityManager): Promise<readonly SourceRecord[]> {
  const rows = await manager.query<readonly DeletedSourceRow[]>(DELETED_SOURCES);
  return rows.map(deletedSourceRecord);
}
