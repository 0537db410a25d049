import type { JsonObject, RetentionDays, StoredEvent } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { EVENT_SUMMARY, toEventSummary, type EventSummaryRow } from './event-rows.js';
import { isUuid } from '../connections/uuid.js';

interface EventRow extends EventSummaryRow {
  readonly brand_id: string;
  readonly retention_days: RetentionDays;
  readonly source_event_id: string;
  /** Revision as text, because the driver returns `bigint` as text. */
  readonly config_revision: string;
  readonly customer_ids: readonly string[];
  readonly attributes: JsonObject;
  readonly data: JsonObject;
  readonly sealed: Buffer | null;
}

const EVENTS = `
SELECT ${EVENT_SUMMARY}, e.brand_id, e.retention_days, e.source_event_id, e.config_revision, e.attributes, e.data,
  e.sealed, array_remove(ARRAY[e.customer_key, e.customer_id] || e.other_customer_ids, NULL) AS customer_ids
FROM events e JOIN sources s ON s.id = e.source_id
WHERE e.id = ANY ($1::uuid[]) AND e.id >= $2::uuid AND e.id <= $3::uuid AND e.brand_id = $4::uuid`;

/** Finds events of a brand. PostgreSQL reads only the partitions of their days, because the ids contain the day. */
export async function findEvents(
  dataSource: DataSource,
  brandId: string,
  eventIds: readonly string[],
): Promise<readonly StoredEvent[]> {
  const ids = eventIds.filter(isUuid).sort();
  if (ids.length === 0) return [];
  const rows = await dataSource.query<EventRow[]>(EVENTS, [ids, ids[0], ids.at(-1), brandId]);
  return rows.map(toStoredEvent);
}

function toStoredEvent(row: EventRow): StoredEvent {
  return {
    ...toEventSummary(row),
    brandId: row.brand_id,
    retentionDays: row.retention_days,
    sourceEventId: row.source_event_id,
    configRevision: Number(row.config_revision),
    // The key may be one of the platform's ids.
    customerIds: [...new Set(row.customer_ids)],
    attributes: row.attributes,
    data: row.data,
    sealed: row.sealed,
    quarantineReason: row.quarantine_reason,
  };
}
