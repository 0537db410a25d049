import type { ReplaySelection } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import type { TimeWindow } from '../partitions/time-window.js';
import { SqlValues } from '../read/sql-values.js';
import { REPLAYED_EVENT, toReplayedEvent, type Picked, type ReplayedEventRow } from './picked-rows.js';

/**
 * Finds the oldest events of a time window that match a selection. Excludes the lower bound of the window, and quarantined and
 * erased events.
 */
export async function pickEvents(
  dataSource: DataSource,
  { brandId, filter: { eventType, customer } }: ReplaySelection,
  { from, before }: TimeWindow,
  limit: number,
): Promise<Picked> {
  const values = new SqlValues();
  const brand = values.add(brandId, 'uuid');
  const [lowest, end] = [values.add(from, 'uuid'), values.add(before, 'uuid')];
  const ofType = eventType === undefined ? '' : ` AND e.type = ${values.add(eventType)}`;
  const picked = `e.id > ${lowest} AND e.id < ${end}${ofType} AND e.quarantine_reason IS NULL AND e.erased_at IS NULL`;
  // Each query follows an index that starts with the filtered columns and ends with the id. Therefore the first rows of
  // the query are the oldest.
  const oldest =
    customer === undefined
      ? `SELECT e.* FROM events e WHERE e.brand_id = ANY (ARRAY[${brand}]) AND ${picked}
        ORDER BY e.brand_id, ${eventType === undefined ? '' : 'e.type, '}e.id`
      : // The inner LIMIT makes PostgreSQL look up each event, in the order of the customer's index.
        `SELECT e.* FROM event_customers c CROSS JOIN LATERAL (
          SELECT e.* FROM events e WHERE e.brand_id = ${brand} AND e.id = c.event_id AND ${picked} LIMIT 1
        ) e
        WHERE c.brand_id = ${brand} AND c.customer_id = ${values.add(customer)}
          AND c.event_id > ${lowest} AND c.event_id < ${end}
        ORDER BY c.event_id`;
  const rows = await dataSource.query<ReplayedEventRow[]>(
    `SELECT ${REPLAYED_EVENT} FROM (${oldest} LIMIT ${values.add(limit, 'int')}) e
    JOIN sources s ON s.id = e.source_id ORDER BY e.id`,
    values.all,
  );
  const candidates = rows.map((row) => ({ event: toReplayedEvent(row), earlier: null }));
  return { candidates, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
}
