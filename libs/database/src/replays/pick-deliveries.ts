import {
  deliveryFilterOf,
  type Clock,
  type DeliveryState,
  type ReplayedEvent,
  type ReplaySelection,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import type { TimeWindow } from '../partitions/time-window.js';
import { deliveryConditions, destinationConditions, undeliveredStatuses } from '../read/delivery-conditions.js';
import { SqlValues } from '../read/sql-values.js';
import { linkedIds } from '../sql/customer-links.js';
import { QUEUES } from '../sql/queues.js';
import { deliveriesOf, latestIds, windowsSince } from './latest-deliveries.js';
import { REPLAYED_EVENT, toReplayedEvent, type Picked, type ReplayedEventRow } from './picked-rows.js';

interface EarlierRow {
  readonly id: string;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly subscription_version_id: string;
  readonly state: DeliveryState;
}

const NO_STATES: ReadonlyMap<string, DeliveryState> = new Map();

/**
 * Finds the oldest ended deliveries of a time window that match a selection, with their events. Excludes the lower bound of the
 * window and deliveries whose event was erased. An event of a linked id is an event of the customer.
 */
export async function pickDeliveries(
  dataSource: DataSource,
  clock: Clock,
  selection: ReplaySelection,
  window: TimeWindow,
  limit: number,
): Promise<Picked> {
  const rows = await oldestOf(dataSource, selection, window, limit);
  if (rows.length === 0) return { candidates: [], next: null };
  const events = await eventsOf(dataSource, selection, rows);
  const eventIds = [...new Set(rows.map(({ event_id: id }) => id))];
  const windows = windowsSince(rows[0]?.id ?? window.from, clock.now());
  const latest = latestIds(await deliveriesOf(dataSource, eventIds, windows));
  const candidates = rows.flatMap(({ id, event_id, subscription_id: subscriptionId, state, ...row }) => {
    const event = events.get(event_id);
    if (event === undefined) return [];
    const { subscription_version_id: subscriptionVersionId } = row;
    const earlier = { subscriptionId, subscriptionVersionId, state, latest: latest.has(id) };
    return [{ event, earlier, states: NO_STATES }];
  });
  return { candidates, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
}

/**
 * Reads the oldest deliveries of each destination by the index on the destination, merges them, and returns the
 * oldest deliveries of all.
 */
async function oldestOf(
  dataSource: DataSource,
  { brandId, filter }: ReplaySelection,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly EarlierRow[]> {
  const values = new SqlValues();
  const maximum = values.add(limit, 'int');
  const [lowest, end] = [values.add(from, 'uuid'), values.add(before, 'uuid')];
  const deliveryFilter = deliveryFilterOf(filter);
  const conditions = [
    `d.id > ${lowest} AND d.id < ${end} AND NOT d.waiting`,
    // PostgreSQL uses the partial index of deliveries that did not succeed only if this condition is explicit.
    ...(filter.status === 'succeeded' || filter.vendorStatus !== undefined ? [] : [`d.state <> 'succeeded'`]),
    ...deliveryConditions(values, brandId, deliveryFilter),
  ].join(' AND ');
  const columns = 'd.id, d.event_id, d.subscription_id, d.subscription_version_id, d.state';
  const status = undeliveredStatuses(deliveryFilter)?.[0];
  const oldest =
    status === undefined
      ? `SELECT ${columns} FROM deliveries d
        WHERE d.destination_id = ANY (ARRAY[t.id]) AND ${conditions} ORDER BY d.destination_id, d.id LIMIT ${maximum}`
      : // The inner LIMIT makes PostgreSQL look up each delivery, in the order of the list of undelivered deliveries.
        `SELECT ${columns} FROM undelivered_deliveries u CROSS JOIN LATERAL (
          SELECT d.* FROM deliveries d WHERE d.id = u.delivery_id AND ${conditions} LIMIT 1
        ) d
        WHERE u.destination_id = ANY (ARRAY[t.id]) AND u.vendor_status = ${values.add(status)}
          AND u.delivery_id > ${lowest} AND u.delivery_id < ${end}
        ORDER BY u.destination_id, u.delivery_id LIMIT ${maximum}`;
  return dataSource.query<EarlierRow[]>(
    `WITH d AS MATERIALIZED (
      SELECT oldest.* FROM ${QUEUES} t CROSS JOIN LATERAL (${oldest}) oldest
      WHERE ${destinationConditions(values, brandId, deliveryFilter).join(' AND ')}
    )
    SELECT * FROM d ORDER BY d.id LIMIT ${maximum}`,
    values.all,
  );
}

async function eventsOf(
  dataSource: DataSource,
  { brandId, filter: { customer } }: ReplaySelection,
  rows: readonly EarlierRow[],
): Promise<ReadonlyMap<string, ReplayedEvent>> {
  const values = new SqlValues();
  const ids = rows.map(({ event_id: id }) => id).sort();
  const [oldest, newest] = [values.add(ids[0], 'uuid'), values.add(ids.at(-1), 'uuid')];
  const brand = values.add(brandId, 'uuid');
  const name = customer === undefined ? '' : values.add(customer);
  const namesCustomer =
    customer === undefined
      ? ''
      : ` AND EXISTS (
        SELECT FROM customer_events c
        WHERE c.brand_id = e.brand_id AND c.event_id = e.id AND c.event_id >= ${oldest} AND c.event_id <= ${newest}
          AND c.customer_id = ANY (ARRAY(SELECT ${name}::text UNION ALL ${linkedIds(brand, name)}))
      )`;
  const events = await dataSource.query<ReplayedEventRow[]>(
    `SELECT ${REPLAYED_EVENT} FROM events e JOIN sources s ON s.id = e.source_id
    WHERE e.brand_id = ${brand} AND e.id = ANY (${values.add(ids, 'uuid[]')})
      AND e.id >= ${oldest} AND e.id <= ${newest} AND e.erased_at IS NULL${namesCustomer}`,
    values.all,
  );
  return new Map(events.map((row) => [row.id, toReplayedEvent(row)]));
}
