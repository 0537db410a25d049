import type { Clock, EventContent, Page, PageRequest, TakenEventFilter } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../query/columns.js';
import { oldestPartitionId } from '../partitions/oldest-partition.js';
import type { TimeWindow } from '../partitions/time-window.js';
import { REPLAYED_EVENT, toReplayedEvent, type ReplayedEventRow } from '../replays/picked-rows.js';
import { backwardIndexScan } from './index-scan.js';
import { NOTHING, pageByTime, type TimeWindowRows } from './page-by-time.js';
import { SqlValues } from './sql-values.js';

/** Maximum number of events that one statement reads along the index of the brand. */
const MAX_SCANNED = 1_000;

/** Requested page of the events that a subscription may take. */
export interface TakenEventsRequest {
  readonly brandId: string;
  readonly filter: TakenEventFilter;
  readonly page: PageRequest;
}

/** Events of a time window to read. */
interface Scan extends Omit<TakenEventsRequest, 'page'> {
  readonly window: TimeWindow;
  readonly limit: number;
}

/** Reads a page of events with their content, along the index of the types, or of the brand if a type ends with `*`. */
export function pageOfTakenEvents(
  dataSource: DataSource,
  clock: Clock,
  { brandId, filter, page }: TakenEventsRequest,
): Promise<Page<EventContent>> {
  const { events } = filter;
  const read = events.some(isPrefix) ? eventsOfPrefixes : eventsOfTypes;
  const oldestId = (): Promise<string> => oldestPartitionId(dataSource);
  const list = { kind: 'events', brandId } as const;
  return pageByTime({ list, range: filter, page, oldestId }, clock, async (window, limit) =>
    isStorable(...events) ? read(dataSource, { brandId, filter, window, limit }) : NOTHING,
  );
}

/** Reads each type along the index of the type, because a type may have few of the brand's events, or none. */
async function eventsOfTypes(dataSource: DataSource, scan: Scan): Promise<TimeWindowRows<EventContent>> {
  const values = new SqlValues();
  const wanted = values.add([...new Set(scan.filter.events)], 'text[]');
  const newest = newestEvents(values, scan, ['e.type = wanted.type']);
  const events = `SELECT of_type.* FROM unnest(${wanted}) AS wanted (type) CROSS JOIN LATERAL (${newest}) of_type`;
  return { rows: await contentsOf(dataSource, values, events, scan.limit) };
}

/**
 * Reads the newest events of the brand and selects the types. Stops after {@link MAX_SCANNED} events, because a prefix
 * may match few of them, or none.
 */
async function eventsOfPrefixes(dataSource: DataSource, scan: Scan): Promise<TimeWindowRows<EventContent>> {
  const reached = await lastScanned(dataSource, scan);
  const window = { ...scan.window, from: reached ?? scan.window.from };
  const { events } = scan.filter;
  const values = new SqlValues();
  const types = values.add(
    events.filter((pattern) => !isPrefix(pattern)),
    'text[]',
  );
  const prefixes = values.add(
    events.filter(isPrefix).map((pattern) => pattern.slice(0, -1)),
    'text[]',
  );
  const ofType = `(e.type = ANY (${types}) OR EXISTS (SELECT FROM unnest(${prefixes}) p WHERE starts_with(e.type, p)))`;
  const rows = await contentsOf(dataSource, values, newestEvents(values, { ...scan, window }, [ofType]), scan.limit);
  return { rows, ...(reached !== undefined && { reached }) };
}

/** Returns the id of the last event that one statement may read. Undefined if it may read the whole time window. */
async function lastScanned(dataSource: DataSource, scan: Scan): Promise<string | undefined> {
  const values = new SqlValues();
  const { where, order } = scanOf(values, scan);
  const rows = await dataSource.query<{ id: string }[]>(
    `SELECT e.id FROM events e WHERE ${where} ORDER BY ${order} OFFSET ${MAX_SCANNED - 1} LIMIT 1`,
    values.all,
  );
  return rows[0]?.id;
}

/** Returns a statement that selects the newest events of the source which a subscription could take. */
function newestEvents(values: SqlValues, scan: Scan, conditions: readonly string[]): string {
  const { where, order } = scanOf(values, scan);
  const isTaken = [
    `e.source_id = ${values.add(scan.filter.sourceId, 'uuid')}`,
    'e.quarantine_reason IS NULL AND e.erased_at IS NULL',
  ];
  const all = [where, ...conditions, ...isTaken].join(' AND ');
  return `SELECT e.* FROM events e WHERE ${all} ORDER BY ${order} LIMIT ${values.add(scan.limit, 'int')}`;
}

function scanOf(values: SqlValues, { brandId, window }: Scan): ReturnType<typeof backwardIndexScan> {
  return backwardIndexScan({
    table: 'e',
    at: ['brand_id', values.add(brandId, 'uuid')],
    from: values.add(window.from, 'uuid'),
    before: values.add(window.before, 'uuid'),
  });
}

async function contentsOf(
  dataSource: DataSource,
  values: SqlValues,
  events: string,
  limit: number,
): Promise<readonly EventContent[]> {
  const rows = await dataSource.query<ReplayedEventRow[]>(
    `WITH e AS MATERIALIZED (${events})
    SELECT ${REPLAYED_EVENT} FROM e JOIN sources s ON s.id = e.source_id
    ORDER BY e.id DESC LIMIT ${values.add(limit, 'int')}`,
    values.all,
  );
  return rows.map(toReplayedEvent);
}

function isPrefix(pattern: string): boolean {
  return pattern.endsWith('*');
}
