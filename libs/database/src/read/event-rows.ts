import type { EventSummary } from '@patchbay/core';

/** Columns of an event in a list, from `events e` and its source `s`. */
export const EVENT_SUMMARY = `
  e.id, e.type, e.source_id, s.name AS source, e.customer_id, e.customer_key, e.occurred_at, e.received_at, e.quarantine_reason,
  e.erased_at`;

/** Row of {@link EVENT_SUMMARY}. */
export interface EventSummaryRow {
  readonly id: string;
  readonly type: string;
  readonly source_id: string;
  readonly source: string;
  readonly customer_id: string | null;
  /** Null if `customer_id` is the key. */
  readonly customer_key: string | null;
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly quarantine_reason: string | null;
  readonly erased_at: Date | null;
}

/** Converts a row to the type {@link EventSummary}. */
export function toEventSummary(row: EventSummaryRow): EventSummary {
  return {
    id: row.id,
    type: row.type,
    source: row.source,
    sourceId: row.source_id,
    customerId: row.customer_id,
    customerKey: row.customer_key ?? row.customer_id,
    occurredAt: row.occurred_at.getTime(),
    receivedAt: row.received_at.getTime(),
    status: row.quarantine_reason === null ? 'accepted' : 'quarantined',
    erasedAt: row.erased_at?.getTime() ?? null,
  };
}
