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
  const types = values.add(
    events.filter((pattern) => !pattern.endsWith('*')),
    'text[]',
  );
  const prefixes = values.add(
    events.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1)),
    'text[]',
  );
  const rows = await dataSource.query<ReplayedEventRow[]>(
    `SELECT ${REPLAYED_EVENT} FROM (
      SELECT e.* FROM events e
      WHERE ${where} AND e.source_id = ${values.add(sourceId, 'uuid')}
        AND (e.type = ANY (${types}) OR EXISTS (SELECT FROM unnest(${prefixes}) p WHERE starts_with(e.type, p)))
        AND e.quarantine_reason IS NULL AND e.erased_at IS NULL
      ORDER BY ${order} LIMIT ${values.add(limit, 'int')}
    ) e JOIN sources s ON s.id = e.source_id ORDER BY e.id DESC`,
    values.all,
  );
  return rows.map(toReplayedEvent);
}
