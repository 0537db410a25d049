import type { Clock, Page, PageRequest, TimeRange } from '@patchbay/core';
import { lowestIdAt } from '../partitions/partition-day.js';
import { decodeCursor, encodeCursor, type List } from './cursor.js';
import { newestPartOf, MAX_TIME_WINDOW_MS, timeWindowOf, type TimeWindow } from '../partitions/time-window.js';

/** Which page of which list, within which time of receipt. */
export interface ListRequest {
  readonly list: List;
  readonly range: TimeRange;
  readonly page: PageRequest;
}

/** What a time window holds of a list. */
export interface TimeWindowRows<Row> {
  /** The newest, as many as asked for at most, newest first. */
  readonly rows: readonly Row[];
  /** Down to where it was looked into, this id included; left out: all of it. */
  readonly reached?: string;
}

/** No row anywhere, and no need to look further. */
export const NOTHING = { rows: [], reached: lowestIdAt(0) } as const;

/** Reads a time window of a list. */
export type ReadTimeWindow<Row> = (window: TimeWindow, limit: number) => Promise<TimeWindowRows<Row>>;

const MAX_PAGE = 1_000;
const FIRST_STRETCH_MS = 3_600_000;
const SHORTEST_STRETCH_MS = 60_000;
const GROWTH = 4;
/** A time window that took longer is followed by a shorter one, any other by a longer one. */
const SLOW_MS = 200;
/** After this long a page ends as it is, however few rows it found. */
const MAX_SEARCH_MS = 2_000;

/**
 * Reads a page newest first, one time window after the other backwards, the first short and the next ones longer: so that a statement
 * opens, locks and plans for the days it needs and not for 400, and finds its way by itself where a filter picks one in
 * a million. A page that takes too long ends early, with a cursor that goes on.
 */
export async function pageByTime<Row extends { readonly id: string }>(
  { list, range, page }: ListRequest,
  clock: Clock,
  read: ReadTimeWindow<Row>,
  patienceMs = MAX_SEARCH_MS,
): Promise<Page<Row>> {
  const limit = Math.min(Math.max(Math.trunc(page.limit), 1), MAX_PAGE);
  const rows: Row[] = [];
  const started = performance.now();
  let rest = belowCursor(timeWindowOf(range), list, page.cursor);
  for (let lengthMs = FIRST_STRETCH_MS; rest.before > rest.from;) {
    const began = performance.now();
    const window = newestPartOf(rest, lengthMs, clock.now());
    // One more than asked for tells whether there is a next page.
    const found = await read(window, limit + 1 - rows.length);
    rows.push(...found.rows);
    const last = rows[limit - 1];
    if (last !== undefined && rows.length > limit) {
      return { data: rows.slice(0, limit), nextCursor: encodeCursor(list, last.id) };
    }
    rest = { from: rest.from, before: found.reached ?? window.from };
    const ended = performance.now();
    if (rest.before > rest.from && ended - started >= patienceMs) {
      return { data: rows, nextCursor: encodeCursor(list, rest.before) };
    }
    lengthMs = nextLength(lengthMs, ended - began);
  }
  return { data: rows, nextCursor: null };
}

function belowCursor(window: TimeWindow, list: List, cursor: string | null): TimeWindow {
  if (cursor === null) return window;
  const id = decodeCursor(list, cursor);
  return { from: window.from, before: id < window.before ? id : window.before };
}

function nextLength(lengthMs: number, tookMs: number): number {
  return tookMs > SLOW_MS
    ? Math.max(lengthMs / GROWTH, SHORTEST_STRETCH_MS)
    : Math.min(lengthMs * GROWTH, MAX_TIME_WINDOW_MS);
}
