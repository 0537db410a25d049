import type { DataSource } from 'typeorm';
import type { TimeWindow } from '../partitions/time-window.js';
import { linkedIds } from '../sql/customer-links.js';
import { allEventIds } from './all-event-ids.js';

/** Customer of a brand. `customerId` is the brand's own id. */
export interface Customer {
  readonly brandId: string;
  readonly customerId: string;
}

/**
 * Maximum number of events of a customer that are read. No person has so many events. If several people share an id,
 * older events of this id are ignored.
 */
const MAX_EVENTS = 10_000;

/**
 * The events of each id of the customer are read along the indexes, because one scan for several ids would need a sort. An
 * event may be in both indexes of the view, and must count only once for the limit.
 */
const EVENTS = `
SELECT DISTINCT newest.event_id FROM (SELECT $2::text AS id UNION ${linkedIds('$1::uuid', '$2::text')}) one
CROSS JOIN LATERAL (
  SELECT DISTINCT c.event_id FROM customer_events c
  WHERE c.brand_id = $1::uuid AND c.customer_id = one.id AND c.event_id >= $3::uuid AND c.event_id < $4::uuid
  ORDER BY c.event_id DESC LIMIT $5::int
) newest
ORDER BY newest.event_id DESC LIMIT $5::int`;

/**
 * Returns the ids of the newest events of a time window that list a customer, or an id that is linked to the customer;
 * newest first.
 */
export async function eventsOfCustomer(
  dataSource: DataSource,
  { brandId, customerId }: Customer,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly string[]> {
  const rows = await dataSource.query<{ event_id: string }[]>(EVENTS, [brandId, customerId, from, before, limit]);
  return rows.map((row) => row.event_id);
}

/**
 * Returns the ids of all events below an id that list a customer, newest first.
 * @param limit maximum number of ids, 10,000 by default
 */
export function allEventsOfCustomer(
  dataSource: DataSource,
  customer: Customer,
  before: string,
  now: number,
  limit = MAX_EVENTS,
): Promise<readonly string[]> {
  return allEventIds(dataSource, { before, now, limit }, (window, most) =>
    eventsOfCustomer(dataSource, customer, window, most),
  );
}
