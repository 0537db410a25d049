import type { JsonObject, ReplayCandidate, ReplayedEvent, RetentionDays } from '@patchbay/core';
import { EVENT_SUMMARY, toEventSummary, type EventSummaryRow } from '../read/event-rows.js';

/** Columns of a replayed event, from `events e` and its source `s`. */
export const REPLAYED_EVENT = `
  ${EVENT_SUMMARY}, e.brand_id, e.retention_days, e.source_event_id, e.config_revision, e.attributes, e.data, e.sealed`;

/** Row of {@link REPLAYED_EVENT}. */
export interface ReplayedEventRow extends EventSummaryRow {
  readonly brand_id: string;
  readonly retention_days: RetentionDays;
  readonly source_event_id: string;
  /** Revision as text, because the driver returns `bigint` as text. */
  readonly config_revision: string;
  readonly attributes: JsonObject;
  readonly data: JsonObject;
  readonly sealed: Buffer | null;
}

/** Converts a row to the type {@link ReplayedEvent}. */
export function toReplayedEvent(row: ReplayedEventRow): ReplayedEvent {
  return {
    ...toEventSummary(row),
    brandId: row.brand_id,
    retentionDays: row.retention_days,
    sourceEventId: row.source_event_id,
    configRevision: Number(row.config_revision),
    attributes: row.attributes,
    data: row.data,
    sealed: row.sealed,
    quarantineReason: row.quarantine_reason,
  };
}

/** Candidates of one time window, oldest first. */
export interface Picked {
  readonly candidates: readonly ReplayCandidate[];
  /** Id above which the next read continues. Null if the time window has no more candidates. */
  readonly next: string | null;
}
