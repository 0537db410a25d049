import type { EventFilter, EventSummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { eventsOfCustomer, type Customer } from './events-of-customer.js';
import { EVENT_SUMMARY, toEventSummary, type EventSummaryRow } from './event-rows.js';
import { hasStatus } from './list-events.js';
import type { TimeWindowRows } from './page-by-time.js';
import { SqlValues } from './sql-values.js';
import type { TimeWindow } from '../partitions/time-window.js';

const MAX_IDS = 1_000;

/** Returns the newest events of a time window that list a customer, newest first. */
export async function listEventsOfCustomer(
  dataSource: DataSource,
  customer: Customer,
  { type, status }: EventFilter,
  window: TimeWindow,
  limit: number,
): Promise<TimeWindowRows<EventSummary>> {
  // Without further conditions, every event is a row of the page, so the page's limit is enough.
  const idLimit = type === undefined && status === undefined ? limit : MAX_IDS;
  const ids = await eventsOfCustomer(dataSource, customer, window, idLimit);
  const reached = ids.length < idLimit ? window.from : ids.at(-1);
  if (ids.length === 0) return { rows: [] };
  const values = new SqlValues();
  const ofType = type === undefined ? '' : ` AND e.type = ${values.add(type)}`;
  const rows = await dataSource.query<EventSummaryRow[]>(
    // The sort is outside. With ORDER BY and LIMIT inside, PostgreSQL might scan all events of the brand.
    `WITH e AS MATERIALIZED (
      SELECT e.* FROM events e
      WHERE e.brand_id = ${values.add(customer.brandId, 'uuid')} AND e.id = ANY (${values.add(ids, 'uuid[]')})
        AND e.id >= ${values.add(ids.at(-1), 'uuid')} AND e.id <= ${values.add(ids[0], 'uuid')}${ofType}${hasStatus(status)}
    )
    SELECT ${EVENT_SUMMARY} FROM e JOIN sources s ON s.id = e.source_id
    ORDER BY e.id DESC LIMIT ${values.add(limit, 'int')}`,
    values.all,
  );
  return { rows: rows.map(toEventSummary), ...(reached !== undefined && { reached }) };
}
