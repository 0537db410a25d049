import type { Clock, EventFilter, EventSummary, Page, PageRequest } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../connections/storable.js';
import type { TimeWindow } from '../partitions/time-window.js';
import { EVENT_SUMMARY, toEventSummary, type EventSummaryRow } from './event-rows.js';
import { eventsOfCustomer, type Customer } from './events-of-customer.js';
import { backwardIndexScan } from './index-scan.js';
import { NOTHING, pageByTime, type TimeWindowRows } from './page-by-time.js';
import { SqlValues } from './sql-values.js';

/** Maximum number of events of a customer that one statement filters. */
const MAX_IDS = 1_000;

/** Requested page of a brand's events. */
export interface EventsRequest {
  readonly brandId: string;
  readonly filter: EventFilter;
  readonly page: PageRequest;
}

/** Reads a page of events, along the index of the customer or else the index of the brand. */
export function pageOfEvents(
  dataSource: DataSource,
  clock: Clock,
  { brandId, filter, page }: EventsRequest,
): Promise<Page<EventSummary>> {
  const { customer } = filter;
  return pageByTime({ list: { kind: 'events', brandId }, range: filter, page }, clock, async (window, limit) => {
    if (!isStorable(filter.type, customer)) return NOTHING;
    return customer === undefined
      ? { rows: await listEvents(dataSource, brandId, filter, window, limit) }
      : listEventsOfCustomer(dataSource, { brandId, customerId: customer }, filter, window, limit);
  });
}

/** Returns the newest events of a time window, newest first. Ignores the customer in the filter. */
async function listEvents(
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

/** Returns the newest events of a time window that list a customer, newest first. */
async function listEventsOfCustomer(
  dataSource: DataSource,
  customer: Customer,
  { type, status }: EventFilter,
  window: TimeWindow,
  limit: number,
): Promise<TimeWindowRows<EventSummary>> {
  // Without further conditions, every event of the customer is a row of the page, so the limit of the page is enough.
  const idLimit = type === undefined && status === undefined ? limit : MAX_IDS;
  const ids = await eventsOfCustomer(dataSource, customer, window, idLimit);
  const reached = ids.length < idLimit ? window.from : ids.at(-1);
  if (ids.length === 0) return { rows: [] };
  const values = new SqlValues();
  const ofType = type === undefined ? '' : ` AND e.type = ${values.add(type)}`;
  const rows = await dataSource.query<EventSummaryRow[]>(
    // The sort is outside of the subquery. With ORDER BY and LIMIT in the subquery, PostgreSQL might scan all events of
    // the brand.
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

/** Returns a condition on the status of `events e` that begins with AND. Empty if any status matches. */
function hasStatus(status: EventFilter['status']): string {
  if (status === undefined) return '';
  return ` AND e.quarantine_reason IS ${status === 'quarantined' ? 'NOT NULL' : 'NULL'}`;
}
