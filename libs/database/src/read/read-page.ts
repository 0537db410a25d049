import type { Clock, Page, PageRequest, TimeRange } from '@patchbay/core';
import { timeOfUuidV7 } from '@patchbay/core';
import { dayOf, dayStart, lowestIdAt } from '../partitions/partition-day.js';
import { fromCursor, toCursor, type List } from './cursor.js';

/** A stretch of UUIDv7s, which is a stretch of time. */
export interface IdRange {
  /** Included. */
  readonly from: string;
  /** Not included. */
  readonly before: string;
}

/** Which page of which list, within which time of receipt. */
export interface ListRequest {
  readonly list: List;
  readonly range: TimeRange;
  readonly page: PageRequest;
}

/** What a stretch holds of a list: its newest rows, at most `limit`, newest first. */
export type ReadStretch<Row> = (stretch: IdRange, limit: number) => Promise<readonly Row[]>;

const LONGEST_PAGE = 1_000;
/** A stretch that took longer is followed by one of a single day. */
const SLOW_MS = 250;
/** After this long a page ends as it is, however few rows it found. */
const PAGE_MS = 2_000;
/** Longer than anything is kept: the stretch after it is the rest. */
const LONGEST_STRETCH_DAYS = 512;

/**
 * Reads a page newest first, day by day backwards, in stretches of 1, 2, 4 … days: so that a statement opens, locks and
 * plans for the days it needs and not for 400. A page that takes too long ends early, with a cursor that goes on.
 */
export async function readPage<Row extends { readonly id: string }>(
  { list, range, page }: ListRequest,
  clock: Clock,
  read: ReadStretch<Row>,
  patienceMs = PAGE_MS,
): Promise<Page<Row>> {
  const limit = Math.min(Math.max(Math.trunc(page.limit), 1), LONGEST_PAGE);
  const from = lowestIdAt(range.from ?? 0);
  const newest = lowestIdAt(range.to ?? Infinity);
  const given = page.cursor === null ? newest : fromCursor(list, page.cursor);
  let before = given < newest ? given : newest;
  const rows: Row[] = [];
  const start = performance.now();
  for (let days = 1; before > from;) {
    const stretch = stretchBelow(before, days, from, clock.now());
    const began = performance.now();
    // One more than asked for tells whether there is a next page.
    rows.push(...(await read(stretch, limit + 1 - rows.length)));
    if (rows.length > limit) return { data: rows.slice(0, limit), nextCursor: cursorBelow(list, rows[limit - 1]) };
    before = stretch.from;
    const ended = performance.now();
    if (before > from && ended - start >= patienceMs) return { data: rows, nextCursor: toCursor(list, before) };
    days = ended - began > SLOW_MS ? 1 : days * 2;
  }
  return { data: rows, nextCursor: null };
}

/** The `days` whole days below an id, the first of them perhaps in part; what is ahead of the clock goes with today. */
function stretchBelow(before: string, days: number, from: string, now: number): IdRange {
  if (days > LONGEST_STRETCH_DAYS) return { from, before };
  const last = dayOf(Math.min(timeOfUuidV7(before) - 1, now));
  const start = lowestIdAt(dayStart(last - days + 1));
  return { from: start > from ? start : from, before };
}

function cursorBelow(list: List, row: { readonly id: string } | undefined): string | null {
  return row === undefined ? null : toCursor(list, row.id);
}
