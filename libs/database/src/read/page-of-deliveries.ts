import type { Clock, DeliveryFilter, DeliverySummary, Page, PageRequest } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../connections/storable.js';
import type { TimeWindow } from '../partitions/time-window.js';
import { deliveryConditions, destinationConditions, splitByWaiting } from './delivery-conditions.js';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { allEventsOfCustomer } from './events-of-customer.js';
import { eventsOfRareTypes } from './events-of-rare-types.js';
import { backwardIndexScan } from './index-scan.js';
import { NOTHING, pageByTime, type TimeWindowRows } from './page-by-time.js';
import { SqlValues } from './sql-values.js';

/** Requested page of a brand's deliveries. */
export interface DeliveriesRequest {
  readonly brandId: string;
  readonly filter: DeliveryFilter;
  readonly page: PageRequest;
}

/**
 * Reads a page of deliveries. Deliveries of a customer or of rare event types are found through their events, because a
 * search for them could read all deliveries. Events from before the page's time range are included, because such events
 * may have been replayed.
 */
export function pageOfDeliveries(
  dataSource: DataSource,
  clock: Clock,
  { brandId, filter, page }: DeliveriesRequest,
): Promise<Page<DeliverySummary>> {
  const { customer, status = [], destination = [], subscription = [], eventType = [] } = filter;
  const { errorKind = [], vendorCode = [], source = [] } = filter;
  const texts = [
    customer,
    ...source,
    ...status,
    ...destination,
    ...subscription,
    ...eventType,
    ...errorKind,
    ...vendorCode,
  ];
  let events: Promise<readonly string[] | null> | undefined;
  return pageByTime({ list: { kind: 'deliveries', brandId }, range: filter, page }, clock, async (window, limit) => {
    if (!isStorable(...texts)) return NOTHING;
    const parts = splitByWaiting(filter);
    events ??= eventsToRead(dataSource, brandId, filter, window.before, clock.now());
    const ids = await events;
    if (ids === null) {
      return newestOf(parts, limit, (part) => listDeliveries(dataSource, brandId, part, window, limit));
    }
    if (ids.length === 0) return NOTHING;
    return newestOf(parts, limit, (part) => listDeliveriesOfEvents(dataSource, brandId, ids, part, window, limit));
  });
}

/** Returns the ids of the events below an id whose deliveries the filter selects. Null if they are unknown or too many. */
async function eventsToRead(
  dataSource: DataSource,
  brandId: string,
  { customer, eventType }: DeliveryFilter,
  before: string,
  now: number,
): Promise<readonly string[] | null> {
  if (customer !== undefined) return allEventsOfCustomer(dataSource, { brandId, customerId: customer }, before, now);
  if (eventType === undefined) return null;
  return eventsOfRareTypes(dataSource, { brandId, types: eventType }, before, now);
}

/** Reads each part of a filter, and returns the newest deliveries of all parts, newest first. */
async function newestOf(
  parts: readonly DeliveryFilter[],
  limit: number,
  read: (part: DeliveryFilter) => Promise<readonly DeliverySummary[]>,
): Promise<TimeWindowRows<DeliverySummary>> {
  const found: DeliverySummary[] = [];
  for (const part of parts) found.push(...(await read(part)));
  return { rows: found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit) };
}

/**
 * Returns the newest deliveries of a time window, newest first. Ignores the customer in the filter. The statement reads
 * the newest deliveries of each destination of the brand, and returns the newest of all these. Therefore one index
 * serves the lists by brand, by destination and of held deliveries.
 */
async function listDeliveries(
  dataSource: DataSource,
  brandId: string,
  filter: DeliveryFilter,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  const values = new SqlValues();
  const maximum = values.add(limit, 'int');
  const { where, order } = backwardIndexScan({
    table: 'd',
    at: ['destination_id', 't.id'],
    from: values.add(from, 'uuid'),
    before: values.add(before, 'uuid'),
  });
  const rows = await dataSource.query<DeliverySummaryRow[]>(
    `WITH d AS MATERIALIZED (
      SELECT newest.* FROM destinations t CROSS JOIN LATERAL (
        SELECT d.* FROM deliveries d WHERE ${[where, ...deliveryConditions(values, brandId, filter)].join(' AND ')}
        ORDER BY ${order} LIMIT ${maximum}
      ) newest
      WHERE ${destinationConditions(values, brandId, filter).join(' AND ')}
    )
    SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id DESC LIMIT ${maximum}`,
    values.all,
  );
  return rows.map(toDeliverySummary);
}

/** Returns the newest deliveries of given events in a time window, newest first. Ignores the customer in the filter. */
async function listDeliveriesOfEvents(
  dataSource: DataSource,
  brandId: string,
  eventIds: readonly string[],
  filter: DeliveryFilter,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  const values = new SqlValues();
  const deliveries = [
    `d.event_id = ANY (${values.add(eventIds, 'uuid[]')})`,
    `d.id >= ${values.add(from, 'uuid')} AND d.id < ${values.add(before, 'uuid')}`,
    ...deliveryConditions(values, brandId, filter),
  ];
  // The sort is outside of the subquery. With ORDER BY and LIMIT in the subquery, PostgreSQL might scan the whole time
  // window.
  const rows = await dataSource.query<DeliverySummaryRow[]>(
    `WITH d AS MATERIALIZED (SELECT d.* FROM deliveries d WHERE ${deliveries.join(' AND ')})
    SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES}
    WHERE ${destinationConditions(values, brandId, filter).join(' AND ')}
    ORDER BY d.id DESC LIMIT ${values.add(limit, 'int')}`,
    values.all,
  );
  return rows.map(toDeliverySummary);
}
