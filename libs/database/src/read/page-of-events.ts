import type { Clock, EventFilter, EventSummary, Page, PageRequest } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { oldestPartitionId } from '../partitions/oldest-partition.js';
import { timeWindowOf, type TimeWindow } from '../partitions/time-window.js';
import { EVENT_SUMMARY, toEventSummary, type EventSummaryRow } from './event-rows.js';
import { eventsBySenderId, lowestIdWithKey } from './events-by-sender-id.js';
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

/**
 * Reads a page of events. A customer is found by the index of the customers, and the sender's ids by the dedupe keys. All
 * other filters follow the index of the brand.
 */
export function pageOfEvents(
  dataSource: DataSource,
  clock: Clock,
  { brandId, filter, page }: EventsRequest,
): Promise<Page<EventSummary>> {
  const { customer } = filter;
  let known: Promise<boolean> | undefined;
  const oldestId = (): Promise<string> => oldestPartitionId(dataSource);
  const list = { kind: 'events', brandId } as const;
  return pageByTime({ list, range: filter, page, oldestId }, clock, async (window, limit) => {
    const { type = [], source = [], sourceEventId = [] } = filter;
    if (!isStorable(customer, ...type, ...source, ...sourceEventId)) return NOTHING;
    // Without a source of this name, the search would read all events of the brand.
    if (source.length > 0) known ??= hasSource(dataSource, brandId, source);
    if (known !== undefined && !(await known)) return NOTHING;
    if (customer !== undefined) {
      return listEventsOfCustomer(dataSource, { brandId, customerId: customer }, filter, window, limit);
    }
    const lowestId = lowestIdWithKey(clock.now());
    if (filter.sourceEventId === undefined || window.before <= lowestId) {
      return { rows: await listEvents(dataSource, brandId, filter, window, limit), isSelective: isTypeAlone(filter) };
    }
    // The keys lead to all their events at once, so the time window need not be short.
    const { from } = timeWindowOf(filter);
    const withKeys = { from: from > lowestId ? from : lowestId, before: window.before };
    const ids = await eventsBySenderId(dataSource, brandId, filter.sourceEventId);
    return {
      rows: await listEventsById(dataSource, { brandId, ids }, filter, withKeys, limit),
      reached: withKeys.from,
    };
  });
}

/** Returns the newest events of a time window, newest first. Ignores the customer in the filter. */
async function listEvents(
  dataSource: DataSource,
  brandId: string,
  filter: EventFilter,
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
  const maximum = values.add(limit, 'int');
  const conditions = [where, ...sourceAndStatus(values, brandId, filter)];
  const newest = (and: readonly string[]): string =>
    `SELECT e.* FROM events e WHERE ${[...conditions, ...and].join(' AND ')} ORDER BY ${order} LIMIT ${maximum}`;
  // Each type is read along the index of the type. One scan for several types would read all events of the brand.
  const events =
    filter.type === undefined
      ? newest([])
      : `SELECT of_type.* FROM unnest(${values.add([...new Set(filter.type)], 'text[]')}) AS wanted (type)
        CROSS JOIN LATERAL (${newest(['e.type = wanted.type'])}) of_type`;
  const rows = await dataSource.query<EventSummaryRow[]>(
    `WITH e AS MATERIALIZED (${events})
    SELECT ${EVENT_SUMMARY} FROM e JOIN sources s ON s.id = e.source_id ORDER BY e.id DESC LIMIT ${maximum}`,
    values.all,
  );
  return rows.map(toEventSummary);
}

/** Returns the newest events of a time window that list a customer, newest first. */
async function listEventsOfCustomer(
  dataSource: DataSource,
  customer: Customer,
  filter: EventFilter,
  window: TimeWindow,
  limit: number,
): Promise<TimeWindowRows<EventSummary>> {
  // Without further conditions, every event of the customer is a row of the page, so the limit of the page is enough.
  const { type, source, sourceEventId, status } = filter;
  const isWhole = [type, source, sourceEventId, status].every((list) => list === undefined);
  const idLimit = isWhole ? limit : MAX_IDS;
  const ids = await eventsOfCustomer(dataSource, customer, window, idLimit);
  const reached = ids.length < idLimit ? window.from : ids.at(-1);
  const rows = await listEventsById(dataSource, { brandId: customer.brandId, ids }, filter, window, limit);
  return { rows, ...(reached !== undefined && { reached }), isSelective: true };
}

/** Events of a brand. */
interface EventIds {
  readonly brandId: string;
  /** Newest first. */
  readonly ids: readonly string[];
}

/** Returns the newest of given events in a time window, newest first. Ignores the customer in the filter. */
async function listEventsById(
  dataSource: DataSource,
  { brandId, ids: all }: EventIds,
  filter: EventFilter,
  { from, before }: TimeWindow,
  limit: number,
): Promise<readonly EventSummary[]> {
  const { type } = filter;
  const ids = all.filter((id) => id >= from && id < before);
  if (ids.length === 0) return [];
  const values = new SqlValues();
  const conditions = [
    `e.brand_id = ${values.add(brandId, 'uuid')} AND e.id = ANY (${values.add(ids, 'uuid[]')})`,
    `e.id >= ${values.add(ids.at(-1), 'uuid')} AND e.id <= ${values.add(ids[0], 'uuid')}`,
    ...(type === undefined ? [] : [`e.type = ANY (${values.add(type, 'text[]')})`]),
    ...sourceAndStatus(values, brandId, filter),
  ];
  const rows = await dataSource.query<EventSummaryRow[]>(
    // The sort is outside of the subquery. With ORDER BY and LIMIT in the subquery, PostgreSQL might scan all events of
    // the brand.
    `WITH e AS MATERIALIZED (
      SELECT e.* FROM events e WHERE ${conditions.join(' AND ')}
    )
    SELECT ${EVENT_SUMMARY} FROM e JOIN sources s ON s.id = e.source_id
    ORDER BY e.id DESC LIMIT ${values.add(limit, 'int')}`,
    values.all,
  );
  return rows.map(toEventSummary);
}

/** Returns true if the index of types contains exactly the events that a filter without a customer selects. */
function isTypeAlone({ type, source, sourceEventId, status }: EventFilter): boolean {
  return type !== undefined && [source, sourceEventId, status].every((list) => list === undefined);
}

/** Returns true if the brand has, or had, a source with one of the names. */
async function hasSource(dataSource: DataSource, brandId: string, names: readonly string[]): Promise<boolean> {
  const rows = await dataSource.query<unknown[]>(
    'SELECT FROM sources s WHERE s.brand_id = $1::uuid AND s.name = ANY ($2::text[]) LIMIT 1',
    [brandId, names],
  );
  return rows.length > 0;
}

/** Returns the conditions of a filter on the source, the sender's ids and the status of `events e`. */
function sourceAndStatus(
  values: SqlValues,
  brandId: string,
  { source, sourceEventId, status = [] }: EventFilter,
): readonly string[] {
  const ofSource = (names: readonly string[]): string => `e.source_id = ANY (ARRAY(
    SELECT s.id FROM sources s
    WHERE s.brand_id = ${values.add(brandId, 'uuid')} AND s.name = ANY (${values.add(names, 'text[]')})
  ))`;
  return [
    ...(source === undefined ? [] : [ofSource(source)]),
    ...(sourceEventId === undefined ? [] : [`e.source_event_id = ANY (${values.add(sourceEventId, 'text[]')})`]),
    // One status alone is a condition. Both together select every event.
    ...(new Set(status).size === 1
      ? [`e.quarantine_reason IS ${status.includes('quarantined') ? 'NOT NULL' : 'NULL'}`]
      : []),
  ];
}
