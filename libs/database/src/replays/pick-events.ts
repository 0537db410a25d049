import { skipForState, type DeliveryState, type ReplaySelection } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import type { TimeWindow } from '../partitions/time-window.js';
import { SqlValues } from '../read/sql-values.js';
import { linkedIds } from '../sql/customer-links.js';
import { deliveriesOf, windowsOfEvents, withStateOfDigest } from './latest-deliveries.js';
import { REPLAYED_EVENT, toReplayedEvent, type Picked, type ReplayedEventRow } from './picked-rows.js';

/**
 * Finds the oldest events of a time window that match a selection. Excludes the lower bound of the window, and quarantined and
 * erased events. An event of a linked id is an event of the customer.
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
  const maximum = values.add(limit, 'int');
  const ofType = eventType === undefined ? '' : ` AND e.type = ${values.add(eventType)}`;
  const picked = `e.id > ${lowest} AND e.id < ${end}${ofType} AND e.quarantine_reason IS NULL AND e.erased_at IS NULL`;
  // Each query follows an index that starts with the filtered columns and ends with the id. Therefore the first rows of
  // the query are the oldest.
  const oldest =
    customer === undefined
      ? `SELECT e.* FROM events e WHERE e.brand_id = ANY (ARRAY[${brand}]) AND ${picked}
        ORDER BY e.brand_id, ${eventType === undefined ? '' : 'e.type, '}e.id`
      : oldestOfCustomer({ brand, customer: values.add(customer), lowest, end, picked, limit: maximum });
  const rows = await dataSource.query<ReplayedEventRow[]>(
    `SELECT ${REPLAYED_EVENT} FROM (${oldest} LIMIT ${maximum}) e
    JOIN sources s ON s.id = e.source_id ORDER BY e.id`,
    values.all,
  );
  const states = await statesOf(dataSource, brandId, rows);
  const candidates = rows.map((row) => ({
    event: toReplayedEvent(row),
    earlier: null,
    states: states.get(row.id) ?? NO_STATES,
  }));
  return { candidates, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
}

const NO_STATES: ReadonlyMap<string, DeliveryState> = new Map();

/** SQL of the values and conditions of {@link oldestOfCustomer}. */
interface CustomerScan {
  readonly brand: string;
  readonly customer: string;
  /** Bounds of the event ids, both exclusive. */
  readonly lowest: string;
  readonly end: string;
  /** Condition on the events `e`. */
  readonly picked: string;
  readonly limit: string;
}

/**
 * Builds the query of the oldest events of a customer and of the ids that are linked to the customer. Each id has its own
 * scan along the indexes, in which the inner LIMIT makes PostgreSQL look up each event. An event may be in both indexes of
 * the view, and must count only once for the limit.
 */
function oldestOfCustomer({ brand, customer, lowest, end, picked, limit }: CustomerScan): string {
  return `SELECT DISTINCT ON (e.id) e.* FROM (SELECT ${customer}::text AS id UNION ${linkedIds(brand, customer)}) one
    CROSS JOIN LATERAL (
      SELECT DISTINCT ON (c.event_id) e.* FROM customer_events c CROSS JOIN LATERAL (
        SELECT e.* FROM events e WHERE e.brand_id = ${brand} AND e.id = c.event_id AND ${picked} LIMIT 1
      ) e
      WHERE c.brand_id = ${brand} AND c.customer_id = one.id AND c.event_id > ${lowest} AND c.event_id < ${end}
      ORDER BY c.event_id LIMIT ${limit}
    ) e
    ORDER BY e.id`;
}

/**
 * Returns the state of the latest delivery per event and subscription. A later delivery that sent nothing does not hide
 * that the customer may have the message of an earlier one.
 */
async function statesOf(
  dataSource: DataSource,
  brandId: string,
  rows: readonly ReplayedEventRow[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, DeliveryState>>> {
  const states = new Map<string, Map<string, DeliveryState>>();
  const ids = rows.map(({ id }) => id);
  const [oldest, newest] = [ids[0], ids.at(-1)];
  if (oldest === undefined || newest === undefined) return states;
  const windows = await windowsOfEvents(dataSource, brandId, oldest, newest);
  const deliveries = await withStateOfDigest(dataSource, await deliveriesOf(dataSource, ids, windows));
  for (const { event_id, subscription_id, state } of deliveries) {
    const ofEvent = states.get(event_id) ?? new Map<string, DeliveryState>();
    const known = ofEvent.get(subscription_id);
    const isHidden = known !== undefined && skipForState(known) !== null && skipForState(state) === null;
    states.set(event_id, isHidden ? ofEvent : ofEvent.set(subscription_id, state));
  }
  return states;
}
