import type { EventFilter, EventSummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { backwardIndexScan } from './index-scan.js';
import { EVENT_SUMMARY, toEventSummary, type EventSummaryRow } from './event-rows.js';
import { SqlValues } from './sql-values.js';
import type { TimeWindow } from '../partitions/time-window.js';

/** Returns the newest events of a time window, newest first. Ignores the filter's customer. */
export async function listEvents(
  dataSource: DataSource,
  brandId: string,
  { type, status }: EventFilter,
  window: TimeWindow,
  limit: number,
): Promise<readonly EventSummary[]> {
  const values = new SqlValues();
  const { where, order } = backwardIndexScan({
    table: 'e',
    at: ['brand_id', values.add(brandId, 'uuid')],
    from: values.add(window.from, 'uuid'),
    before: values.add(window.before, 'uuid'),
  });
  const ofType = type === undefined ? '' : ` AND e.type = ${values.add(type)}`;
  const rows = await dataSource.query<EventSummaryRow[]>(
    `SELECT ${EVENT_SUMMARY} FROM (
      SELECT e.* FROM events e WHERE ${where}${ofType}${hasStatus(status)} ORDER BY ${order} LIMIT ${values.add(limit, 'int')}
    ) e JOIN sources s ON s.id = e.source_id ORDER BY e.id DESC`,
    values.all,
  );
  return rows.map(toEventSummary);
}

/** Returns a condition on `events e` that begins with AND. Empty if any status matches. */
export function hasStatus(status: EventFilter['status']): string {
  if (status === undefined) return '';
  return ` AND e.quarantine_reason IS ${status === 'quarantined' ? 'NOT NULL' : 'NULL'}`;
}
