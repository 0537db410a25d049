import type { Clock, Page, PageRequest, TimeRange } from '@patchbay/core';
import { lowestIdAt } from '../partitions/daily-partitions.js';
import { decodeCursor, encodeCursor, type List } from './cursor.js';
import { MAX_TIME_WINDOW_MS, newestPartOf, timeWindowOf, type TimeWindow } from '../partitions/time-window.js';

/** Requested page of a list. */
export interface ListRequest {
  readonly list: List;
  /** Range of the time of receipt. */
  readonly range: TimeRange;
  readonly page: PageRequest;
  /** Reads the lowest id that a row can have. Called at most once, if the search takes long or reaches many weeks. */
  readonly oldestId: () => Promise<string>;
}

/** Rows of a list that lie in a time window. */
export interface TimeWindowRows<Row> {
  /** Newest rows up to the limit, newest first. */
  readonly rows: readonly Row[];
  /** Lowest id that was read, inclusive. Undefined if the whole time window was read. */
  readonly reached?: string;
  /**
   * True if an index leads to the rows alone, so that a long time window costs little more than a short one. The next
   * time window then has the maximum length.
   */
  readonly isSelective?: boolean;
}

/** Result without rows, which ends the search of further time windows. */
export const NOTHING = { rows: [], reached: lowestIdAt(0) } as const;

/** Function that reads a time window of a list. */
export type ReadTimeWindow<Row> = (window: TimeWindow, limit: number) => Promise<TimeWindowRows<Row>>;

const MAX_PAGE = 1_000;
const FIRST_WINDOW_MS = 3_600_000;
const SHORTEST_WINDOW_MS = 60_000;
const GROWTH = 4;
/**
 * Duration of a read, in milliseconds, above which the next time window is shorter. After a faster read, the next time
 * window is longer.
 */
const SLOW_MS = 200;
/** Time after which a page ends by default, in milliseconds, even if it is not full. */
const MAX_SEARCH_MS = 2_000;

/**
 * Reads a page newest first, one time window after the other. The first window is short and the next windows are
 * longer. A statement therefore opens, locks and plans only the days that it needs, not 400 days. The windows also
 * adapt to filters that match few rows. A page that takes too long ends early, with a cursor that continues.
 */
export async function pageByTime<Row extends { readonly id: string }>(
  { list, range, page, oldestId }: ListRequest,
  clock: Clock,
  read: ReadTimeWindow<Row>,
): Promise<Page<Row>> {
  const limit = Math.min(Math.max(Math.trunc(page.limit), 1), MAX_PAGE);
  const rows: Row[] = [];
  const started = performance.now();
  let isBounded = false;
  let rest = belowCursor(timeWindowOf(range), list, page.cursor);
  for (let lengthMs = FIRST_WINDOW_MS; rest.before > rest.from;) {
    const began = performance.now();
    const window = newestPartOf(rest, lengthMs, clock.now());
    // Read one extra row, which shows if there is a next page.
    const found = await read(window, limit + 1 - rows.length);
    rows.push(...found.rows);
    const last = rows[limit - 1];
    if (last !== undefined && rows.length > limit) {
      return { data: rows.slice(0, limit), nextCursor: encodeCursor(list, last.id) };
    }
    rest = { from: rest.from, before: found.reached ?? window.from };
    const ended = performance.now();
    const isLate = ended - started >= (page.maxSearchMs ?? MAX_SEARCH_MS);
    lengthMs = found.isSelective === true ? MAX_TIME_WINDOW_MS : nextLength(lengthMs, ended - began);
    if (!isBounded && rest.before > rest.from && (isLate || lengthMs === MAX_TIME_WINDOW_MS)) {
      rest = startAt(rest, await oldestId());
      isBounded = true;
    }
    if (isLate && rest.before > rest.from) return { data: rows, nextCursor: encodeCursor(list, rest.before) };
  }
  return { data: rows, nextCursor: null };
}

/** Returns the part of a time window from an id on. */
function startAt({ from, before }: TimeWindow, id: string): TimeWindow {
  return { from: id > from ? id : from, before };
}

function belowCursor(window: TimeWindow, list: List, cursor: string | null): TimeWindow {
  if (cursor === null) return window;
  const id = decodeCursor(list, cursor);
  return { from: window.from, before: id < window.before ? id : window.before };
}

function nextLength(lengthMs: number, tookMs: number): number {
  return tookMs > SLOW_MS
    ? Math.max(lengthMs / GROWTH, SHORTEST_WINDOW_MS)
    : Math.min(lengthMs * GROWTH, MAX_TIME_WINDOW_MS);
}
