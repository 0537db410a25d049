import type { EventFilter, EventSummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { eventsOfCustomer, type Customer } from './events-of-customer.js';
import { EVENT_SUMMARY, toEventSummary, type EventSummaryRow } from './event-rows.js';
import { hasStatus } from './list-events.js';
import type { StretchRows } from './read-page.js';
import { SqlValues } from './sql-values.js';
import type { Stretch } from '../partitions/stretch.js';

const AT_ONCE = 1_000;

/** The newest events of a stretch that name a customer, newest first. */
export async function listEventsOfCustomer(
  dataSource: DataSource,
  customer: Customer,
  { type, status }: EventFilter,
  stretch: Stretch,
  limit: number,
): Promise<StretchRows<EventSummary>> {
  const ids = await eventsOfCustomer(dataSource, customer, stretch, AT_ONCE);
  const reached = ids.length < AT_ONCE ? stretch.from : ids.at(-1);
  if (ids.length === 0) return { rows: [] };
  const values = new SqlValues();
  const ofType = type === undefined ? '' : ` AND e.type = ${values.add(type)}`;
  const rows = await dataSource.query<EventSummaryRow[]>(
    `SELECT ${EVENT_SUMMARY} FROM events e JOIN sources s ON s.id = e.source_id
      WHERE e.id = ANY (${values.add(ids, 'uuid[]')}) AND e.brand_id = ${values.add(customer.brandId, 'uuid')}
        ${ofType}${hasStatus(status)}
      ORDER BY e.id DESC LIMIT ${values.add(limit, 'int')}`,
    values.all,
  );
  return { rows: rows.map(toEventSummary), ...(reached !== undefined && { reached }) };
}
