import {
  LOOKUP_PAUSED,
  lookupPausedReason,
  type Clock,
  type DeliveryFilter,
  type DeliverySummary,
  type Page,
  type PageRequest,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { oldestPartitionId } from '../partitions/oldest-partition.js';
import type { TimeWindow } from '../partitions/time-window.js';
import {
  deliveryConditions,
  destinationConditions,
  splitByWaiting,
  undeliveredStatuses,
  type DeliveryPart,
} from './delivery-conditions.js';
import { DELIVERY_NAMES, DELIVERY_SUMMARY, toDeliverySummary, type DeliverySummaryRow } from './delivery-rows.js';
import { allEventsOfCustomer } from './events-of-customer.js';
import { eventsOfRareTypes } from './events-of-rare-types.js';
import { eventsWithDeliveries, type EventsWithDeliveries } from './events-with-deliveries.js';
import { backwardIndexScan } from './index-scan.js';
import { NOTHING, pageByTime } from './page-by-time.js';
import { QUEUES } from '../sql/queues.js';
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
  const { customer, lookup = [], status = [], destination = [], subscription = [], eventType = [] } = filter;
  const { errorKind = [], vendorCode = [], vendorStatus = [], source = [] } = filter;
  const texts = [
    customer,
    ...lookup,
    ...source,
    ...status,
    ...destination,
    ...subscription,
    ...eventType,
    ...errorKind,
    ...vendorCode,
    ...vendorStatus,
  ];
  let events: Promise<readonly string[] | null> | undefined;
  const oldestId = (): Promise<string> => oldestPartitionId(dataSource);
  const list = { kind: 'deliveries', brandId } as const;
  return pageByTime({ list, range: filter, page, oldestId }, clock, async (window, limit) => {
    if (!isStorable(...texts)) return NOTHING;
    const parts = splitByWaiting(filter);
    events ??= eventsToRead(dataSource, brandId, filter, window.before, clock.now());
    const ids = await events;
    if (ids === null) {
      const rows = await newestOf(parts, limit, (part) => listDeliveries(dataSource, brandId, part, window, limit));
      return { rows, isSelective: isSelective(filter) };
    }
    if (ids.length === 0) return NOTHING;
    const read = await eventsWithDeliveries(dataSource, ids, window);
    const rows = await newestOf(parts, limit, (part) => listDeliveriesOfEvents(dataSource, brandId, read, part, limit));
    return { rows, reached: read.window.from, isSelective: true };
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
  parts: readonly DeliveryPart[],
  limit: number,
  read: (part: DeliveryPart) => Promise<readonly DeliverySummary[]>,
): Promise<readonly DeliverySummary[]> {
  const found: DeliverySummary[] = [];
  for (const part of parts) found.push(...(await read(part)));
  return found.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
}

/**
 * Returns the newest deliveries of a time window, newest first. Ignores the customer in the filter. The statement reads
 * the newest deliveries of each destination of the brand, and returns the newest of all these. Therefore one index
 * serves the lists by brand, by destination and of held deliveries.
 */
async function listDeliveries(
  dataSource: DataSource,
  brandId: string,
  filter: DeliveryPart,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  const values = new SqlValues();
  const maximum = values.add(limit, 'int');
  const [lowest, end] = [values.add(from, 'uuid'), values.add(before, 'uuid')];
  const scan = { at: ['destination_id', 't.id'], from: lowest, before: end } as const;
  const { where, order } = backwardIndexScan({ ...scan, table: 'd' });
  const codes = vendorCodes(filter);
  const statuses = undeliveredStatuses(filter);
  const listed = backwardIndexScan({ ...scan, table: 'u', id: 'delivery_id' });
  const wanted = codes ?? statuses;
  const eachWanted = wanted === undefined ? '' : `CROSS JOIN unnest(${values.add(wanted, 'text[]')}) AS wanted (value)`;
  const isHeldByLookup = filter.heldBy === 'lookup';
  const named = filter.lookup === undefined ? '' : `AND p.lookup = ANY (${values.add(filter.lookup, 'text[]')})`;
  const eachLookup = isHeldByLookup ? `JOIN lookup_pauses p ON p.brand_id = t.brand_id ${named}` : '';
  const conditions = [
    ...deliveryConditions(values, brandId, filter),
    // An index of the deliveries that wait for lookups contains the reason.
    ...(isHeldByLookup ? [`d.reason = '${LOOKUP_PAUSED}' || p.lookup`] : []),
  ];
  const newest =
    statuses === undefined
      ? `SELECT d.* FROM deliveries d
        WHERE ${[where, ...(codes === undefined ? [] : ['d.vendor_code = wanted.value']), ...conditions].join(' AND ')}
        ORDER BY ${order} LIMIT ${maximum}`
      : // The inner LIMIT makes PostgreSQL look up each delivery, in the order of the list of undelivered deliveries.
        `SELECT d.* FROM undelivered_deliveries u CROSS JOIN LATERAL (
          SELECT d.* FROM deliveries d
          WHERE d.id = u.delivery_id AND d.id >= ${lowest} AND d.id < ${end} AND d.vendor_status = u.vendor_status
            AND ${conditions.join(' AND ')}
          LIMIT 1
        ) d WHERE ${listed.where} AND u.vendor_status = wanted.value ORDER BY ${listed.order} LIMIT ${maximum}`;
  const rows = await dataSource.query<DeliverySummaryRow[]>(
    `WITH d AS MATERIALIZED (
      SELECT newest.* FROM ${QUEUES} t ${eachLookup} ${eachWanted} CROSS JOIN LATERAL (${newest}) newest
      WHERE ${destinationConditions(values, brandId, filter).join(' AND ')}
    )
    SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES} ORDER BY d.id DESC LIMIT ${maximum}`,
    values.all,
  );
  return rows.map(toDeliverySummary);
}

/**
 * Returns the vendor codes of a filter, each of which is read along the index of vendor codes. Undefined if the filter
 * selects deliveries without a vendor code, which the index does not contain.
 */
function vendorCodes({ vendorCode }: DeliveryFilter): readonly string[] | undefined {
  return vendorCode === undefined || vendorCode.includes('') ? undefined : [...new Set(vendorCode)];
}

/**
 * Returns true if an index leads to the deliveries of a filter, and contains few deliveries that the filter does not
 * select.
 */
function isSelective(filter: DeliveryFilter): boolean {
  const { errorKind, eventType, subscription, source, lookup } = filter;
  const others = [errorKind, eventType, subscription, source];
  return (
    (vendorCodes(filter) ?? undeliveredStatuses(filter) ?? lookup) !== undefined &&
    others.every((list) => list === undefined)
  );
}

/** Returns the newest deliveries of given events in a time window, newest first. Ignores the customer in the filter. */
async function listDeliveriesOfEvents(
  dataSource: DataSource,
  brandId: string,
  { waiting, ended, window: { from, before } }: EventsWithDeliveries,
  filter: DeliveryPart,
  limit: number,
): Promise<readonly DeliverySummary[]> {
  const values = new SqlValues();
  const { lookup } = filter;
  const conditions = [
    `d.id >= ${values.add(from, 'uuid')} AND d.id < ${values.add(before, 'uuid')}`,
    ...deliveryConditions(values, brandId, filter),
    ...(lookup === undefined ? [] : [`d.reason = ANY (${values.add(lookup.map(lookupPausedReason), 'text[]')})`]),
  ].join(' AND ');
  const deliveriesOf = (ids: readonly string[], kind: string): string =>
    `SELECT d.* FROM deliveries d WHERE ${kind} AND d.event_id = ANY (${values.add(ids, 'uuid[]')}) AND ${conditions}`;
  // The sort is outside of the subquery. With ORDER BY and LIMIT in the subquery, PostgreSQL might scan the whole time
  // window.
  const rows = await dataSource.query<DeliverySummaryRow[]>(
    `WITH d AS MATERIALIZED (
      ${deliveriesOf(waiting, 'd.waiting')} UNION ALL ${deliveriesOf(ended, 'NOT d.waiting')}
    )
    SELECT ${DELIVERY_SUMMARY} FROM d ${DELIVERY_NAMES}
    WHERE ${destinationConditions(values, brandId, filter).join(' AND ')}
    ORDER BY d.id DESC LIMIT ${values.add(limit, 'int')}`,
    values.all,
  );
  return rows.map(toDeliverySummary);
}
