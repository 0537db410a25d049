import type { EventFilter, EventSummary } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { EVENT_SUMMARY, toEventSummary, type EventSummaryRow } from './event-rows.js';
import type { IdRange } from './read-page.js';
import { SqlFilter } from './sql-filter.js';

/** The newest events of a stretch, newest first. */
export async function listEvents(
  dataSource: DataSource,
  brandId: string,
  wanted: EventFilter,
  { from, before }: IdRange,
  limit: number,
): Promise<readonly EventSummary[]> {
  const filter = new SqlFilter()
    .where(brandId, (brand) => `e.brand_id = ${brand}::uuid`)
    .where(from, (id) => `e.id >= ${id}::uuid`)
    .where(before, (id) => `e.id < ${id}::uuid`)
    .where(wanted.type, (type) => `e.type = ${type}`);
  if (wanted.status !== undefined) {
    filter.always(`e.quarantine_reason IS ${wanted.status === 'quarantined' ? 'NOT NULL' : 'NULL'}`);
  }
  const events = wanted.customer === undefined ? { table: 'events e', id: 'e.id' } : EVENTS_OF_CUSTOMER;
  if (wanted.customer !== undefined) {
    filter
      .where(wanted.customer, (customer) => `c.customer_id = ${customer}`)
      .always('c.brand_id = $1::uuid AND c.event_id >= $2::uuid AND c.event_id < $3::uuid');
  }
  const rows = await dataSource.query<EventSummaryRow[]>(
    `SELECT ${EVENT_SUMMARY}
      FROM ${events.table} JOIN sources s ON s.id = e.source_id
      WHERE ${filter.toString()}
      ORDER BY ${events.id} DESC LIMIT ${filter.value(limit)}::int`,
    filter.values,
  );
  return rows.map(toEventSummary);
}

/** Led by the customer's own index, which has their events in order. */
const EVENTS_OF_CUSTOMER = {
  table: `event_customers c JOIN events e ON e.id = c.event_id AND e.retention_days = c.retention_days`,
  id: 'c.event_id',
};
