import { deliveryFilterOf, timeOfUuidV7, type Clock, type ReplayedEvent, type ReplaySelection } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { MAX_TIME_WINDOW_MS, type TimeWindow } from '../partitions/time-window.js';
import { deliveryConditions, destinationConditions } from '../read/delivery-conditions.js';
import { SqlValues } from '../read/sql-values.js';
import { QUEUES } from '../sql/queues.js';
import { REPLAYED_EVENT, toReplayedEvent, type Picked, type ReplayedEventRow } from './picked-rows.js';

interface EarlierRow {
  readonly id: string;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly subscription_version_id: string;
}

/**
 * Finds the oldest ended deliveries of a time window that match a selection, with their events. Excludes the lower bound of the
 * window and deliveries whose event was erased.
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
  const latest = await latestOf(dataSource, rows, clock.now());
  const candidates = rows.flatMap(({ id, event_id, subscription_id: subscriptionId, subscription_version_id }) => {
    const event = events.get(event_id);
    if (event === undefined) return [];
    const isLatest = latest.get(`${event_id}/${subscriptionId}`) === id;
    return [{ event, earlier: { subscriptionId, subscriptionVersionId: subscription_version_id, latest: isLatest } }];
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
    `d.destination_id = ANY (ARRAY[t.id]) AND d.id > ${lowest} AND d.id < ${end} AND NOT d.waiting`,
    // PostgreSQL uses the partial index of deliveries that did not succeed only if this condition is explicit.
    ...(filter.status === 'succeeded' ? [] : [`d.state <> 'succeeded'`]),
    ...deliveryConditions(values, brandId, deliveryFilter),
  ];
  return dataSource.query<EarlierRow[]>(
    `WITH d AS MATERIALIZED (
      SELECT oldest.* FROM ${QUEUES} t CROSS JOIN LATERAL (
        SELECT d.id, d.event_id, d.subscription_id, d.subscription_version_id FROM deliveries d
        WHERE ${conditions.join(' AND ')} ORDER BY d.destination_id, d.id LIMIT ${maximum}
      ) oldest
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
  const namesCustomer =
    customer === undefined
      ? ''
      : ` AND EXISTS (
        SELECT FROM event_customers c
        WHERE c.brand_id = e.brand_id AND c.customer_id = ${values.add(customer)} AND c.event_id = e.id
          AND c.event_id >= ${oldest} AND c.event_id <= ${newest}
      )`;
  const events = await dataSource.query<ReplayedEventRow[]>(
    `SELECT ${REPLAYED_EVENT} FROM events e JOIN sources s ON s.id = e.source_id
    WHERE e.brand_id = ${values.add(brandId, 'uuid')} AND e.id = ANY (${values.add(ids, 'uuid[]')})
      AND e.id >= ${oldest} AND e.id <= ${newest} AND e.erased_at IS NULL${namesCustomer}`,
    values.all,
  );
  return new Map(events.map((row) => [row.id, toReplayedEvent(row)]));
}

/** Returns the id of the latest delivery per event and subscription, regardless of its state. */
async function latestOf(
  dataSource: DataSource,
  rows: readonly EarlierRow[],
  now: number,
): Promise<ReadonlyMap<string, string>> {
  const eventIds = [...new Set(rows.map(({ event_id: id }) => id))];
  const latest = new Map<string, string>();
  let from = Math.min(...rows.map(({ id }) => timeOfUuidV7(id)));
  for (let last = false; !last; from += MAX_TIME_WINDOW_MS) {
    last = from + MAX_TIME_WINDOW_MS > now;
    const found = await dataSource.query<EarlierRow[]>(
      // A fallback step has the same time as the delivery before it. The latest delivery is the last step, which
      // decides the outcome.
      `SELECT DISTINCT ON (d.event_id, d.subscription_id) d.id, d.event_id, d.subscription_id FROM deliveries d
      WHERE d.event_id = ANY ($1::uuid[]) AND d.id >= $2::uuid AND d.id < $3::uuid
      ORDER BY d.event_id, d.subscription_id, left(d.id::text, 13) DESC, coalesce((d.messaging ->> 'step')::int, 0) DESC`,
      [eventIds, lowestIdAt(from), lowestIdAt(last ? Infinity : from + MAX_TIME_WINDOW_MS)],
    );
    for (const row of found) latest.set(`${row.event_id}/${row.subscription_id}`, row.id);
  }
  return latest;
}
