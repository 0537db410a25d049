import type { Clock, EventContent, Page, PageRequest, TakenEventFilter } from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { isStorable } from '../connections/storable.js';
import type { TimeWindow } from '../partitions/time-window.js';
import { REPLAYED_EVENT, toReplayedEvent, type ReplayedEventRow } from '../replays/picked-rows.js';
import { backwardIndexScan } from './index-scan.js';
import { NOTHING, pageByTime } from './page-by-time.js';
import { SqlValues } from './sql-values.js';

/** Requested page of the events that a subscription may take. */
export interface TakenEventsRequest {
  readonly brandId: string;
  readonly filter: TakenEventFilter;
  readonly page: PageRequest;
}

/** Reads a page of events with their content along the index of the brand. */
export function pageOfTakenEvents(
  dataSource: DataSource,
  clock: Clock,
  { brandId, filter, page }: TakenEventsRequest,
): Promise<Page<EventContent>> {
  return pageByTime({ list: { kind: 'events', brandId }, range: filter, page }, clock, async (window, limit) =>
    isStorable(...filter.events) ? { rows: await takenEvents(dataSource, brandId, filter, window, limit) } : NOTHING,
  );
}

async function takenEvents(
  dataSource: DataSource,
  brandId: string,
  { sourceId, events }: TakenEventFilter,
  window: TimeWindow,
  limit: number,
): Promise<readonly EventContent[]> {
  const values = new SqlValues();
  const { where, order } = backwardIndexScan({
    table: 'e',
    at: ['brand_id', values.add(brandId, 'uuid')],
    from: values.add(window.from, 'uuid'),
    before: values.add(window.before, 'uuid'),
  });
  const maximum = values.add(limit, 'int');
  const newest = (and: string): string =>
    `SELECT e.* FROM events e
    WHERE ${where} AND e.source_id = ${values.add(sourceId, 'uuid')} AND ${and}
      AND e.quarantine_reason IS NULL AND e.erased_at IS NULL
    ORDER BY ${order} LIMIT ${maximum}`;
  const rows = await dataSource.query<ReplayedEventRow[]>(
    `WITH e AS MATERIALIZED (${newestOfTypes(events, values, newest)})
    SELECT ${REPLAYED_EVENT} FROM e JOIN sources s ON s.id = e.source_id ORDER BY e.id DESC LIMIT ${maximum}`,
    values.all,
  );
  return rows.map(toReplayedEvent);
}

/**
 * Builds the statement for the newest events of all types that match one of the patterns.
 * @param newest builds the statement for the newest events that meet a condition
 */
function newestOfTypes(patterns: readonly string[], values: SqlValues, newest: (and: string) => string): string {
  if (!patterns.some((pattern) => pattern.endsWith('*'))) {
    // Each type is read along the index of the type. One scan for rare types would read all events of the brand.
    return `SELECT of_type.* FROM unnest(${values.add([...new Set(patterns)], 'text[]')}) AS wanted (type)
      CROSS JOIN LATERAL (${newest('e.type = wanted.type')}) of_type`;
  }
  // A scan of the index cannot find a prefix, because the collation of the database determines the order of the index.
  const types = values.add(
    patterns.filter((pattern) => !pattern.endsWith('*')),
    'text[]',
  );
  const prefixes = values.add(
    patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1)),
    'text[]',
  );
  return newest(`(e.type = ANY (${types}) OR EXISTS (SELECT FROM unnest(${prefixes}) p WHERE starts_with(e.type, p)))`);
}
